package dev.pharos.url;

import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.SelectorLanguage;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.VisibleText;

/**
 * The selectors of Mercure's draft 08: exact topics and URL patterns, told apart by their match type.
 *
 * @param base the URL of the hub, which relative patterns and topics are relative to
 */
public record MatchTypes(Url base) implements SelectorLanguage {

    /** The topic, byte by byte; also what no match type means. */
    public static final String EXACT = "exact";
    /** A URL pattern. */
    public static final String URL_PATTERN = "urlpattern";

    /** Whether there is such a match type. */
    public static boolean isMatchType(String name) {
        return name.equals(EXACT) || name.equals(URL_PATTERN);
    }

    @Override
    public void add(Selectors.Builder into, String matchType, String text) {
        if (!matchType.isEmpty() && !isMatchType(matchType)) {
            throw new InvalidSelectorException("there is no such match type; there are exact and urlpattern");
        }
        if (!VisibleText.is(text)) {
            throw new InvalidSelectorException("a selector has a control or format character");
        }
        if (matchType.equals(URL_PATTERN) && !text.equals(Selectors.ALL)) {
            try {
                into.pattern(UrlPattern.compile(text, base));
            } catch (InvalidUrlPatternException invalid) {
                // Whoever wrote it is told no more: the message is about the machinery.
                throw new InvalidSelectorException("a selector is no URL pattern");
            }
        } else {
            into.exact(text);
        }
    }
}

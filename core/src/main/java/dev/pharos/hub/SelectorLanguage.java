package dev.pharos.hub;

/** How a protocol reads the text of a selector. Usable from any thread. */
@FunctionalInterface
public interface SelectorLanguage {

    /**
     * The language of plain events and of Mercure's draft 07: {@code *}, exact topics, and URI templates, which also
     * match themselves letter by letter. It has one match type, the empty text.
     */
    SelectorLanguage TEMPLATES = (into, matchType, text) -> {
        if (!matchType.isEmpty()) {
            throw new InvalidSelectorException("there is no match type here, got '" + matchType + "'");
        }
        into.exact(text);
        UriTemplate template = UriTemplate.compile(text);
        if (template != null) {
            into.pattern(template);
        }
    };

    /**
     * Adds what a selector stands for.
     *
     * @param matchType the kind of selector as the protocol names it, empty for the language's own choice
     * @throws InvalidSelectorException when the match type is unknown or the text is no selector of this type
     */
    void add(Selectors.Builder into, String matchType, String text);
}

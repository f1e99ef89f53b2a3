package dev.pharos.url;

import dev.pharos.hub.TopicPattern;
import dev.pharos.hub.TopicSpace;
import dev.pharos.url.PatternStrings.Component;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A URL pattern of the WHATWG URL Pattern Standard that tells whether a topic matches it. Immutable, equal by text and
 * base.
 *
 * <p>Patterns and topics that are relative are resolved against a base, the URL of the hub. Case counts, but for schemes
 * and hosts, which are lower case in every URL. A topic that is no URL matches nothing. Where a pattern says nothing of
 * user names and passwords, any will do.
 *
 * <p>Matching takes time in proportion to the topic and a 64th of the pattern, whatever the pattern is. Regexp groups
 * are limited to what has such an automaton, see {@link PatternRegexp}; what is not is refused by name.
 */
public final class UrlPattern implements TopicPattern {

    private static final int BEYOND_ASCII = 8;

    private final String text;
    private final UrlSpace space;
    private final PatternComponent protocol;
    private final PatternComponent username;
    private final PatternComponent password;
    private final PatternComponent hostname;
    private final PatternComponent port;
    private final PatternComponent pathname;
    private final PatternComponent search;
    private final PatternComponent hash;
    private final String literalPrefix;

    private UrlPattern(String text, Url base, PatternStrings strings) {
        this.text = text;
        space = new UrlSpace(base);
        protocol = PatternComponent.protocol(strings.get(Component.PROTOCOL));
        username = plain(strings, Component.USERNAME, PatternCanonical::userinfo);
        password = plain(strings, Component.PASSWORD, PatternCanonical::userinfo);
        String host = strings.get(Component.HOSTNAME);
        boolean ipv6 = host.startsWith("[") || host.startsWith("{[") || host.startsWith("\\[");
        hostname =
                PatternComponent.of(host, ipv6 ? PatternCanonical::ipv6Hostname : PatternCanonical::hostname, ".", "");
        port = plain(strings, Component.PORT, PatternCanonical::port);
        pathname = protocol.matchesSpecialScheme()
                ? PatternComponent.of(strings.get(Component.PATHNAME), PatternCanonical::pathname, "/", "/")
                : plain(strings, Component.PATHNAME, PatternCanonical::opaquePathname);
        search = plain(strings, Component.SEARCH, PatternCanonical::search);
        hash = plain(strings, Component.HASH, PatternCanonical::hash);
        literalPrefix = prefix();
    }

    private static PatternComponent plain(
            PatternStrings strings, Component component, UnaryOperator<String> canonical) {
        return PatternComponent.of(strings.get(component), canonical, "", "");
    }

    /**
     * Compiles a pattern.
     *
     * @throws InvalidUrlPatternException if it is none
     */
    public static UrlPattern compile(String text, Url base) {
        return of(text, PatternSplitter.split(text), base);
    }

    /** With the patterns of the components given, which is what the text was split into. */
    static UrlPattern of(String text, PatternStrings strings, Url base) {
        strings.resolve(base);
        return new UrlPattern(text, base, strings);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public TopicSpace space() {
        return space;
    }

    @Override
    public int cost() {
        return Math.max(states(), read());
    }

    /** What it takes to read the text: a character beyond ASCII becomes several, by way of tables. */
    private int read() {
        int cost = text.length();
        for (int i = 0; i < text.length(); i++) {
            cost += text.charAt(i) < 0x80 ? 0 : BEYOND_ASCII;
        }
        return cost;
    }

    private int states() {
        int cost = 0;
        for (PatternComponent component :
                List.of(protocol, username, password, hostname, port, pathname, search, hash)) {
            cost += component.cost();
        }
        return cost;
    }

    @Override
    public boolean matches(TopicSpace.Form form) {
        return form instanceof UrlSpace.Form topic && topic.key().startsWith(literalPrefix) && matches(topic.url());
    }

    /** Whether the URL matches. */
    boolean matches(Url url) {
        return protocol.matches(url.scheme())
                && hostname.matches(url.hostname())
                && pathname.matches(url.path())
                && port.matches(url.port() < 0 ? "" : Integer.toString(url.port()))
                && search.matches(orEmpty(url.query()))
                && hash.matches(orEmpty(url.fragment()))
                && username.matches(url.username())
                && password.matches(url.password());
    }

    @Override
    public String literalPrefix() {
        return literalPrefix;
    }

    /** Of {@link UrlSpace.Form#key}, where what is empty leaves no mark. */
    private String prefix() {
        StringBuilder prefix = new StringBuilder(protocol.prefix());
        if (!protocol.isFixed()) {
            return prefix.toString();
        }
        prefix.append("://").append(hostname.prefix());
        PatternComponent before = hostname;
        PatternComponent[] components = {port, pathname, search, hash};
        String[] marks = {":", "", "?", "#"};
        for (int i = 0; i < components.length && before.isFixed(); i++) {
            before = components[i];
            if (!before.prefix().isEmpty()) {
                prefix.append(marks[i]).append(before.prefix());
            }
        }
        return prefix.toString();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof UrlPattern that && text.equals(that.text) && space.equals(that.space));
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + space.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

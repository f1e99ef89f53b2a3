package dev.pharos.url;

import dev.pharos.url.PatternStrings.Component;
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
public final class UrlPattern {

    private final String text;
    private final Url base;
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
        this.base = base;
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

    /** The pattern as it was written. */
    public String text() {
        return text;
    }

    /** What it, and the topics, are relative to. */
    public Url base() {
        return base;
    }

    /** Whether the topic is a URL, maybe a relative one, that matches. */
    public boolean matches(String topic) {
        Url url = Url.parse(topic, base);
        return url != null && matches(url);
    }

    /** Whether the URL matches. */
    public boolean matches(Url url) {
        return protocol.matches(url.scheme())
                && hostname.matches(url.hostname())
                && pathname.matches(url.path())
                && port.matches(url.port() < 0 ? "" : Integer.toString(url.port()))
                && search.matches(orEmpty(url.query()))
                && hash.matches(orEmpty(url.fragment()))
                && username.matches(url.username())
                && password.matches(url.password());
    }

    /** The longest text that the {@linkplain #key key} of every match is known to begin with. */
    public String literalPrefix() {
        return literalPrefix;
    }

    /**
     * A text by which URLs can be looked up: what identifies a URL, in order of weight, without user name and password,
     * which patterns hardly ever name. It is no URL.
     */
    public static String key(Url url) {
        StringBuilder key = new StringBuilder(64)
                .append(url.scheme())
                .append("://")
                .append(url.hostname())
                .append(':');
        if (url.port() >= 0) {
            key.append(url.port());
        }
        key.append(url.path());
        key.append('?').append(orEmpty(url.query()));
        return key.append('#').append(orEmpty(url.fragment())).toString();
    }

    private String prefix() {
        StringBuilder prefix = new StringBuilder();
        PatternComponent[] components = {protocol, hostname, port, pathname, search, hash};
        String[] behind = {"://", ":", "", "?", "#", ""};
        for (int i = 0; i < components.length; i++) {
            prefix.append(components[i].prefix());
            if (!components[i].isFixed()) {
                break;
            }
            prefix.append(behind[i]);
        }
        return prefix.toString();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof UrlPattern that && text.equals(that.text) && base.equals(that.base));
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + base.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.pharos.url;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pattern strings of a URL pattern's components, those that are missing being wildcards. */
final class PatternStrings {

    enum Component {
        PROTOCOL,
        USERNAME,
        PASSWORD,
        HOSTNAME,
        PORT,
        PATHNAME,
        SEARCH,
        HASH,
    }

    private final Map<Component, String> strings = new EnumMap<>(Component.class);

    boolean has(Component component) {
        return strings.containsKey(component);
    }

    void set(Component component, String pattern) {
        strings.put(component, pattern);
    }

    String get(Component component) {
        return strings.getOrDefault(component, "*");
    }

    /**
     * Takes over from the base what is missing (URL Pattern Standard, section 3.2, for patterns). A pattern with a
     * protocol of its own is absolute and takes nothing. (The standard prepends the path of the base also to an opaque
     * path, {@code urn:x}, which then matches nothing.)
     */
    void resolve(@Nullable Url given) {
        Url base = has(Component.PROTOCOL) ? null : given;
        boolean authority = has(Component.PROTOCOL) || has(Component.HOSTNAME);
        boolean upToPort = authority || has(Component.PORT);
        boolean upToPath = upToPort || has(Component.PATHNAME);
        boolean upToSearch = upToPath || has(Component.SEARCH);
        boolean upToHash = upToSearch || has(Component.HASH);
        if (base != null) {
            inherit(!has(Component.PROTOCOL), Component.PROTOCOL, base.scheme());
            inherit(!authority, Component.HOSTNAME, base.hostname());
            inherit(!upToPort, Component.PORT, base.port() < 0 ? "" : Integer.toString(base.port()));
            inherit(!upToPath, Component.PATHNAME, base.path());
            inherit(!upToSearch, Component.SEARCH, orEmpty(base.query()));
            inherit(!upToHash, Component.HASH, orEmpty(base.fragment()));
        }
        strip(Component.PROTOCOL, false, ':');
        strip(Component.SEARCH, true, '?');
        strip(Component.HASH, true, '#');
        if (base != null && !base.opaque() && has(Component.PATHNAME) && !isAbsolute(get(Component.PATHNAME))) {
            String directory = escaped(base.path().substring(0, base.path().lastIndexOf('/') + 1));
            set(Component.PATHNAME, directory + get(Component.PATHNAME));
        }
        String protocol = get(Component.PROTOCOL);
        if (Url.Schemes.isSpecial(protocol)
                && get(Component.PORT).equals(Integer.toString(Url.Schemes.defaultPort(protocol)))) {
            set(Component.PORT, "");
        }
    }

    private void inherit(boolean missing, Component component, String value) {
        if (missing) {
            set(component, escaped(value));
        }
    }

    private void strip(Component component, boolean leading, char c) {
        String value = strings.get(component);
        if (value != null && !value.isEmpty() && value.charAt(leading ? 0 : value.length() - 1) == c) {
            set(component, leading ? value.substring(1) : value.substring(0, value.length() - 1));
        }
    }

    private static boolean isAbsolute(String pathname) {
        return pathname.startsWith("/") || pathname.startsWith("\\/") || pathname.startsWith("{/");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("+*?:{}()\\".indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}

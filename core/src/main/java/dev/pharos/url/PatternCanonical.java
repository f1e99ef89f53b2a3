package dev.pharos.url;

import org.jspecify.annotations.Nullable;

/** Brings the fixed text of a pattern into the form it has in a URL (URL Pattern Standard, section 3.2). */
final class PatternCanonical {

    private PatternCanonical() {}

    static String protocol(String text) {
        if (text.isEmpty()) {
            return text;
        }
        Url url = Url.parse(text + "://dummy.invalid/", null);
        if (url == null || !url.hostname().equals("dummy.invalid")) {
            throw new InvalidUrlPatternException("the protocol is none");
        }
        return url.scheme();
    }

    static String userinfo(String text) {
        return PercentEncoding.encode(text, PercentEncoding.Set.USERINFO);
    }

    static String hostname(String text) {
        if (text.isEmpty()) {
            return text;
        }
        String kept = withoutDropped(text);
        boolean inside = false;
        int end = 0;
        while (end < kept.length() && "/\\?#".indexOf(kept.charAt(end)) < 0) {
            char c = kept.charAt(end++);
            if (c == ':' && !inside) {
                throw new InvalidUrlPatternException("the hostname is none");
            }
            inside = c == '[' || (inside && c != ']');
        }
        return orFail(HostParser.parse(kept.substring(0, end), true), "the hostname is none");
    }

    static String ipv6Hostname(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Ascii.hex(c) < 0 && c != '[' && c != ']' && c != ':') {
                throw new InvalidUrlPatternException("the hostname is no IPv6 address");
            }
        }
        return Ascii.lower(text);
    }

    static String port(String text) {
        String kept = withoutDropped(text);
        int end = 0;
        while (end < kept.length() && Ascii.isDigit(kept.charAt(end))) {
            end++;
        }
        if (kept.isEmpty()) {
            return kept;
        }
        int port = end == 0 ? -2 : UrlParser.portNumber(kept.substring(0, end));
        if (port < 0) {
            throw new InvalidUrlPatternException("the port is none");
        }
        return Integer.toString(port);
    }

    static String pathname(String text) {
        if (text.isEmpty()) {
            return text;
        }
        boolean leading = text.startsWith("/");
        UrlPath path = new UrlPath(false, false);
        path.append(withoutDropped(leading ? text : "/-" + text), 1);
        String canonical = path.toString();
        if (leading) {
            return canonical;
        }
        if (canonical.length() < 2) {
            throw new InvalidUrlPatternException("the pathname leads out of itself");
        }
        return canonical.substring(2);
    }

    static String opaquePathname(String text) {
        return PercentEncoding.encode(withoutDropped(text), PercentEncoding.Set.C0_CONTROL);
    }

    static String search(String text) {
        return PercentEncoding.encode(withoutDropped(text), PercentEncoding.Set.QUERY);
    }

    static String hash(String text) {
        return PercentEncoding.encode(withoutDropped(text), PercentEncoding.Set.FRAGMENT);
    }

    private static String withoutDropped(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (!UrlParser.isDropped(text.charAt(i))) {
                kept.append(text.charAt(i));
            }
        }
        return kept.toString();
    }

    private static String orFail(@Nullable String canonical, String why) {
        if (canonical == null) {
            throw new InvalidUrlPatternException(why);
        }
        return canonical;
    }
}

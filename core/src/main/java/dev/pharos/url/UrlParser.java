package dev.pharos.url;

import org.jspecify.annotations.Nullable;

/**
 * The basic URL parser of the URL Standard (section 4.4), without validation errors. Used once, by one thread, in time
 * proportional to the text.
 *
 * <p>The standard's machine goes code point by code point. Since a number sign always begins the fragment, and the first
 * question mark before it the query, whatever the state, these are cut off first, and each state sees a whole piece.
 */
final class UrlParser {

    private final @Nullable Url base;
    /** What is left: behind the scheme, before the query. */
    private String rest;

    private @Nullable String query;
    private @Nullable String fragment;

    private String scheme = "";
    private boolean special;
    private String username = "";
    private String password = "";
    private @Nullable String host;
    private int port = -1;
    private UrlPath path = new UrlPath(false, false);

    UrlParser(String text, @Nullable Url base) {
        this.base = base;
        rest = trimmed(text);
    }

    /**
     * Whether a text is sure to be a URL in canonical form that has a domain and a path and nothing else. Most topics that
     * are URLs are such, and one look is enough.
     */
    static boolean isPlain(String text) {
        int from = text.startsWith("https://") ? 8 : text.startsWith("http://") ? 7 : 0;
        int slash = from == 0 ? -1 : text.indexOf('/', from);
        if (slash < 0) {
            return false;
        }
        char before = '.';
        boolean name = false; // whether the label begins with a letter, so that it is no number
        for (int i = from; i < slash; i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            if (!letter && !Ascii.isDigit(c) && c != '-' && c != '.') {
                return false;
            }
            name = before == '.' ? letter : name;
            before = c;
        }
        if (!name || before == '.') {
            return false;
        }
        before = '/';
        for (int i = slash + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean dots = before == '/' && (c == '.' || c == '%');
            if (dots || c == '\\' || PercentEncoding.Set.PATH.contains(c)) {
                return false;
            }
            before = c;
        }
        return true;
    }

    @Nullable
    Url parse() {
        int colon = schemeEnd(rest);
        int hash = rest.indexOf('#', Math.max(0, colon));
        if (hash >= 0) {
            fragment = PercentEncoding.encode(rest.substring(hash + 1), PercentEncoding.Set.FRAGMENT);
            rest = rest.substring(0, hash);
        }
        int mark = rest.indexOf('?', Math.max(0, colon));
        if (mark >= 0) {
            query = rest.substring(mark + 1);
            rest = rest.substring(0, mark);
        }
        if (colon < 0) {
            return withoutScheme();
        }
        begin(Ascii.lower(rest.substring(0, colon)));
        rest = rest.substring(colon + 1);
        if (scheme.equals("file")) {
            return file() ? result() : null;
        }
        if (special) {
            if (base != null && base.scheme().equals(scheme) && !rest.startsWith("//")) {
                return relative(base);
            }
            return authorityBehindSlashes();
        }
        if (rest.startsWith("//")) {
            return authority(2);
        }
        if (rest.startsWith("/")) {
            path.append(rest, 1);
            return result();
        }
        return opaque();
    }

    private @Nullable Url withoutScheme() {
        if (base == null) {
            return null;
        }
        begin(base.scheme());
        if (base.opaque()) {
            boolean onlyFragment = fragment != null && query == null && rest.isEmpty();
            return onlyFragment
                    ? new Url(scheme, "", "", base.host(), -1, base.path(), true, base.query(), fragment)
                    : null;
        }
        if (scheme.equals("file")) {
            return file() ? result() : null;
        }
        return relative(base);
    }

    private void begin(String name) {
        scheme = name;
        special = Url.Schemes.isSpecial(name);
        path = new UrlPath(special, name.equals("file"));
        if (query != null) {
            PercentEncoding.Set set = special ? PercentEncoding.Set.SPECIAL_QUERY : PercentEncoding.Set.QUERY;
            query = PercentEncoding.encode(query, set);
        }
    }

    private Url opaque() {
        String text = rest;
        if (text.endsWith(" ") && (query != null || fragment != null)) {
            text = text.substring(0, text.length() - 1) + "%20";
        }
        String encoded = PercentEncoding.encode(text, PercentEncoding.Set.C0_CONTROL);
        return new Url(scheme, "", "", null, -1, encoded, true, query, fragment);
    }

    private @Nullable Url relative(Url from) {
        if (isSlash(0)) {
            if (isSlash(1)) {
                return special ? authorityBehindSlashes() : authority(2);
            }
            inherit(from);
            path.append(rest, 1);
            return result();
        }
        inherit(from);
        path.set(from.path());
        if (!rest.isEmpty()) {
            path.shorten();
            path.append(rest, 0);
        } else if (query == null) {
            query = from.query();
        }
        return result();
    }

    private void inherit(Url from) {
        username = from.username();
        password = from.password();
        host = from.host();
        port = from.port();
    }

    private @Nullable Url authorityBehindSlashes() {
        int from = 0;
        while (isSlash(from)) {
            from++;
        }
        return authority(from);
    }

    private @Nullable Url authority(int from) {
        int end = from;
        while (end < rest.length() && !isSlash(end)) {
            end++;
        }
        int at = rest.lastIndexOf('@', end - 1);
        int hostStart = from;
        if (at >= from) {
            credentials(rest.substring(from, at));
            hostStart = at + 1;
            if (hostStart == end) {
                return null;
            }
        }
        if (!hostAndPort(rest.substring(hostStart, end))) {
            return null;
        }
        path.start(rest, end);
        return result();
    }

    private void credentials(String text) {
        int colon = text.indexOf(':');
        username = PercentEncoding.encode(colon < 0 ? text : text.substring(0, colon), PercentEncoding.Set.USERINFO);
        password = colon < 0 ? "" : PercentEncoding.encode(text.substring(colon + 1), PercentEncoding.Set.USERINFO);
    }

    private boolean hostAndPort(String text) {
        int colon = portColon(text);
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.isEmpty() && (special || colon >= 0)) {
            return false;
        }
        host = HostParser.parse(name, special);
        if (host == null) {
            return false;
        }
        return colon < 0 || port(text.substring(colon + 1));
    }

    /** The colon before the port, which is not one within brackets; -1 if there is none. */
    private static int portColon(String text) {
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':' && !inside) {
                return i;
            }
            inside = c == '[' || (inside && c != ']');
        }
        return -1;
    }

    private boolean port(String digits) {
        int value = portNumber(digits);
        if (value == Url.Schemes.NOT_SPECIAL) {
            return false;
        }
        port = value == Url.Schemes.defaultPort(scheme) ? -1 : value;
        return true;
    }

    /** The number, -1 for none, -2 for what is no port. */
    static int portNumber(String digits) {
        if (digits.isEmpty()) {
            return -1;
        }
        if (!Ascii.isDigits(digits)) {
            return -2;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            value = 10 * value + digits.charAt(i) - '0';
            if (value > 0xFFFF) {
                return -2;
            }
        }
        return value;
    }

    private boolean file() {
        host = "";
        Url from = base != null && base.scheme().equals("file") ? base : null;
        if (isSlash(0) && isSlash(1)) {
            return fileHost();
        }
        if (isSlash(0)) {
            if (from != null) {
                host = from.host();
                if (!UrlPath.startsWithDriveLetter(rest, 1)) {
                    path.keepDriveLetter(from.path());
                }
            }
            path.append(rest, 1);
            return true;
        }
        if (from == null) {
            path.append(rest, 0);
            return true;
        }
        host = from.host();
        path.set(from.path());
        if (!rest.isEmpty()) {
            if (UrlPath.startsWithDriveLetter(rest, 0)) {
                path.clear();
            } else {
                path.shorten();
            }
            path.append(rest, 0);
        } else if (query == null) {
            query = from.query();
        }
        return true;
    }

    private boolean fileHost() {
        int end = 2;
        while (end < rest.length() && !isSlash(end)) {
            end++;
        }
        String name = rest.substring(2, end);
        if (name.length() == 2 && UrlPath.startsWithDriveLetter(name, 0)) {
            path.append(rest, 2);
            return true;
        }
        if (!name.isEmpty()) {
            host = HostParser.parse(name, true);
            if (host == null) {
                return false;
            }
            if (host.equals("localhost")) {
                host = "";
            }
        }
        path.start(rest, end);
        return true;
    }

    private Url result() {
        return new Url(scheme, username, password, host, port, path.toString(), false, query, fragment);
    }

    private boolean isSlash(int at) {
        return at < rest.length() && (rest.charAt(at) == '/' || (special && rest.charAt(at) == '\\'));
    }

    /** The colon behind the scheme, or -1. */
    private static int schemeEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return i > 0 ? i : -1;
            }
            boolean fits = i == 0 ? Ascii.isAlpha(c) : Ascii.isAlphanumeric(c) || c == '+' || c == '-' || c == '.';
            if (!fits) {
                return -1;
            }
        }
        return -1;
    }

    /** Without control characters and spaces around, and without tabs and line ends anywhere. */
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) <= ' ') {
            to--;
        }
        for (int i = from; i < to; i++) {
            if (isDropped(text.charAt(i))) {
                StringBuilder kept = new StringBuilder(to - from);
                for (int j = from; j < to; j++) {
                    if (!isDropped(text.charAt(j))) {
                        kept.append(text.charAt(j));
                    }
                }
                return kept.toString();
            }
        }
        return text.substring(from, to);
    }

    static boolean isDropped(char c) {
        return c == '\t' || c == '\n' || c == '\r';
    }
}

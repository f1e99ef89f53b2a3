package dev.pharos.host.netty;

import org.jspecify.annotations.Nullable;

/**
 * The target of a request taken apart (RFC 9112 section 3.2).
 *
 * @param path percent-encoded as sent, beginning with {@code /}, or {@code *}
 * @param query what follows the first {@code ?}, or null
 */
record RequestTarget(String path, @Nullable String query) {

    /** Takes origin, absolute and asterisk form; null for anything else. */
    static @Nullable RequestTarget of(String target) {
        int from = 0;
        if (!target.startsWith("/")) {
            if (target.equals("*")) {
                return new RequestTarget(target, null);
            }
            if (!target.regionMatches(true, 0, "http://", 0, 7) && !target.regionMatches(true, 0, "https://", 0, 8)) {
                return null;
            }
            from = target.indexOf("//") + 2;
            while (from < target.length() && "/?#".indexOf(target.charAt(from)) < 0) {
                from++;
            }
        }
        int hash = target.indexOf('#', from);
        int end = hash < 0 ? target.length() : hash;
        int mark = target.indexOf('?', from);
        int pathEnd = mark < 0 || mark > end ? end : mark;
        String path = from == pathEnd ? "/" : target.substring(from, pathEnd);
        return new RequestTarget(path, pathEnd == end ? null : target.substring(pathEnd + 1, end));
    }
}

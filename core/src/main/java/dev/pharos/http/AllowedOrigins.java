package dev.pharos.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which other sites' pages may use a server, as a browser names them in the header {@code Origin} (RFC 6454). Immutable.
 *
 * <p>A page of the server's own origin may always; a request without the header is no page's.
 */
public final class AllowedOrigins {

    /** No other site. */
    public static final AllowedOrigins NONE = new AllowedOrigins(List.of());

    private final List<String> allowed;
    private final boolean any;

    private AllowedOrigins(List<String> origins) {
        allowed =
                origins.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).toList();
        any = origins.contains("*");
    }

    /**
     * Allows the sites of these origins, such as {@code https://app.example}; {@code *} allows all, and one star within an
     * origin stands for a part of a host name: {@code https://*.app.example}.
     */
    public static AllowedOrigins of(List<String> origins) {
        return origins.isEmpty() ? NONE : new AllowedOrigins(origins);
    }

    /** Whether no other site is allowed. */
    public boolean isEmpty() {
        return allowed.isEmpty();
    }

    /** Whether every site is allowed, so that none was named. */
    public boolean any() {
        return any;
    }

    /** The origins in lower case, in the order given. */
    public List<String> origins() {
        return allowed;
    }

    /** Whether a page of this origin may use the server, be it another site's or not. */
    public boolean allows(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        return any || allowed.contains(lower) || allowed.stream().anyMatch(pattern -> fits(pattern, lower));
    }

    private static boolean fits(String pattern, String origin) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return false;
        }
        int rest = pattern.length() - star - 1;
        return origin.length() > star + rest
                && origin.startsWith(pattern.substring(0, star))
                && origin.endsWith(pattern.substring(star + 1))
                && origin.substring(star, origin.length() - rest).chars().allMatch(AllowedOrigins::isOfName);
    }

    private static boolean isOfName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    }

    /** Whether this request comes from a page of another site that is not allowed. */
    public boolean isForeign(Request request) {
        String origin = request.header("Origin");
        return origin != null && !accepts(origin, request);
    }

    /** Whether a page of this origin may send this request: one of the server's own, or an allowed one. */
    public boolean accepts(String origin, Request request) {
        return isSame(origin, request.header("Host")) || allows(origin);
    }

    /** Whether a page of this origin is another site's that was not allowed by name: {@code *} is for what holds no secret. */
    public boolean isUnnamed(String origin, @Nullable String host) {
        return !isSame(origin, host) && !allowed.contains(origin.toLowerCase(Locale.ROOT));
    }

    /** The origin of the page that a request comes from: {@code Origin}, else that of {@code Referer}; null for neither. */
    public static @Nullable String pageOf(Request request) {
        return pageOf(request.header("Origin"), request.header("Referer"));
    }

    /** The same of the two fields. */
    public static @Nullable String pageOf(@Nullable String origin, @Nullable String referer) {
        if (origin != null || referer == null) {
            return origin;
        }
        int authority = referer.indexOf("://") + 3;
        int end = authority;
        while (end < referer.length() && "/?#".indexOf(referer.charAt(end)) < 0) {
            end++;
        }
        return authority < 4 ? "null" : referer.substring(0, end);
    }

    private static boolean isSame(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        if (scheme < 0 || host == null) {
            return false;
        }
        String defaultPort = switch (origin.substring(0, scheme).toLowerCase(Locale.ROOT)) {
            case "http" -> ":80";
            case "https" -> ":443";
            default -> ":";
        };
        return without(defaultPort, origin.substring(scheme + 3)).equalsIgnoreCase(without(defaultPort, host));
    }

    private static String without(String port, String authority) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}

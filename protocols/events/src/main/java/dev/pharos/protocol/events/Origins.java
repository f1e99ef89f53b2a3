package dev.pharos.protocol.events;

import dev.pharos.http.Headers;
import dev.pharos.http.Request;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which sites' pages may use the hub (Fetch standard, section 3.2 "CORS protocol"). */
final class Origins {

    private static final Headers EXPOSED =
            Headers.of("Access-Control-Expose-Headers", "Last-Event-ID, Pharos-Notice, Retry-After", "Vary", "Origin");

    private final List<String> allowed;
    private final boolean any;

    Origins(List<String> allowed) {
        this.allowed =
                allowed.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).toList();
        this.any = allowed.contains("*");
    }

    /** Whether this request comes from a page of another site that is not allowed. */
    boolean isForeign(Request request) {
        String origin = request.header("Origin");
        return origin != null && !isSame(origin, request.header("Host")) && !isAllowed(origin);
    }

    /** The fields that let an allowed page read the answer; none for others. */
    Headers answer(Request request) {
        String origin = request.header("Origin");
        if (origin == null || !isAllowed(origin)) {
            return allowed.isEmpty() ? Headers.NONE : Headers.of("Vary", "Origin");
        }
        // Only a site that was named is trusted with cookies.
        Headers named = any
                ? Headers.of("Access-Control-Allow-Origin", "*")
                : Headers.of("Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true");
        return named.and(EXPOSED);
    }

    /** The fields of the answer to a preflight. */
    Headers preflight(Request request) {
        Headers headers = answer(request);
        return headers.get("Access-Control-Allow-Origin") == null
                ? headers
                : headers.and(Headers.of(
                        "Access-Control-Allow-Methods",
                        "GET, HEAD, POST",
                        "Access-Control-Allow-Headers",
                        "Authorization, Cache-Control, Content-Type, Idempotency-Key, Last-Event-ID, Prefer",
                        "Access-Control-Max-Age",
                        "600"));
    }

    private boolean isAllowed(String origin) {
        return any || allowed.contains(origin.toLowerCase(Locale.ROOT));
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

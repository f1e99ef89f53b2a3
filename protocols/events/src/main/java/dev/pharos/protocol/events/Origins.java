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
        return Headers.of("Access-Control-Allow-Origin", any ? "*" : origin).and(EXPOSED);
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
        return withoutDefaultPort(origin.substring(scheme + 3)).equalsIgnoreCase(withoutDefaultPort(host));
    }

    private static String withoutDefaultPort(String authority) {
        if (authority.endsWith(":80")) {
            return authority.substring(0, authority.length() - 3);
        }
        return authority.endsWith(":443") ? authority.substring(0, authority.length() - 4) : authority;
    }
}

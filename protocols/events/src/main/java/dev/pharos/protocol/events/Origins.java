package dev.pharos.protocol.events;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Headers;
import dev.pharos.http.Request;
import java.util.List;

/** Which sites' pages may use the hub (Fetch standard, section 3.2 "CORS protocol"). */
final class Origins {

    private static final Headers EXPOSED =
            Headers.of("Access-Control-Expose-Headers", "Last-Event-ID, Pharos-Notice, Retry-After", "Vary", "Origin");

    private final AllowedOrigins allowed;

    Origins(List<String> allowed) {
        this.allowed = AllowedOrigins.of(allowed);
    }

    /** Whether this request comes from a page of another site that is not allowed. */
    boolean isForeign(Request request) {
        return allowed.isForeign(request);
    }

    /** The fields that let an allowed page read the answer; none for others. */
    Headers answer(Request request) {
        String origin = request.header("Origin");
        if (origin == null || !allowed.allows(origin)) {
            return allowed.isEmpty() ? Headers.NONE : Headers.of("Vary", "Origin");
        }
        // Only a site that was named is trusted with cookies.
        Headers named = allowed.any()
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
}

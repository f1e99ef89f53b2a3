package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Headers;
import dev.pharos.http.Request;

/** The header fields by which pages of other sites may use it (Fetch standard, section 3.2). */
final class Cors {

    private final AllowedOrigins origins;

    Cors(AllowedOrigins origins) {
        this.origins = origins;
    }

    /** Whether the request comes from a page that may not use this. */
    boolean isForeign(Request request) {
        return origins.isForeign(request);
    }

    /** The fields that let an allowed page read the answer. */
    Headers answer(Request request) {
        String origin = request.header("Origin");
        if (origin == null || !origins.allows(origin)) {
            return origins.isEmpty() ? Headers.NONE : Headers.of("Vary", "Origin");
        }
        // Only a site that was named is trusted with cookies.
        return origins.any()
                ? Headers.of("Access-Control-Allow-Origin", "*")
                : Headers.of(
                        "Access-Control-Allow-Origin",
                        origin,
                        "Access-Control-Allow-Credentials",
                        "true",
                        "Vary",
                        "Origin");
    }

    /** The fields of the answer to a preflight. */
    Headers preflight(Request request) {
        Headers headers = answer(request);
        return headers.get("Access-Control-Allow-Origin") == null
                ? headers
                : headers.and(Headers.of(
                        "Access-Control-Allow-Methods",
                        "GET, POST",
                        "Access-Control-Allow-Headers",
                        "Authorization, Content-Type",
                        "Access-Control-Max-Age",
                        "600"));
    }
}

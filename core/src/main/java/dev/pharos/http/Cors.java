package dev.pharos.http;

/**
 * Which other sites' pages may read a server's answers (Fetch standard, section 3.2 "CORS protocol"). Immutable.
 *
 * @param exposed the fields of answers that their pages may read
 * @param methods the methods that a preflight allows
 * @param headers the fields of requests that a preflight allows
 */
public record Cors(AllowedOrigins allowed, String exposed, String methods, String headers) {

    /** The fields that let an allowed page read the answer; none for others. */
    public Headers answer(Request request) {
        String origin = request.header("Origin");
        if (origin == null || !allowed.allows(origin)) {
            return allowed.isEmpty() ? Headers.NONE : Headers.of("Vary", "Origin");
        }
        // Only a site that was named is trusted with cookies.
        Headers named = allowed.any()
                ? Headers.of("Access-Control-Allow-Origin", "*")
                : Headers.of("Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true");
        return named.and(Headers.of("Access-Control-Expose-Headers", exposed, "Vary", "Origin"));
    }

    /** The fields of the answer to a preflight. */
    public Headers preflight(Request request) {
        Headers answer = answer(request);
        return answer.get("Access-Control-Allow-Origin") == null
                ? answer
                : answer.and(Headers.of(
                        "Access-Control-Allow-Methods",
                        methods,
                        "Access-Control-Allow-Headers",
                        headers,
                        "Access-Control-Max-Age",
                        "600"));
    }
}

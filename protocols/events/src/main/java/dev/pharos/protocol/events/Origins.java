package dev.pharos.protocol.events;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Cors;
import dev.pharos.http.Headers;
import dev.pharos.http.Request;
import java.util.List;

/** Which sites' pages may use the hub. */
final class Origins {

    private final Cors cors;

    Origins(List<String> allowed) {
        cors = new Cors(
                AllowedOrigins.of(allowed),
                "Last-Event-ID, Pharos-Notice, Retry-After, WWW-Authenticate",
                "GET, HEAD, POST, QUERY",
                "Authorization, Cache-Control, Content-Type, Idempotency-Key, Last-Event-ID, Prefer");
    }

    /** Whether this request comes from a page of another site that is not allowed. */
    boolean isForeign(Request request) {
        return cors.allowed().isForeign(request);
    }

    /** The sites that are allowed. */
    AllowedOrigins allowed() {
        return cors.allowed();
    }

    /**
     * Whether the answer to this request may be a script. Such a one can be read by the page that asked without the browser
     * looking at {@link #answer}, so that it is for pages only that are known to be allowed: by {@code Sec-Fetch-Site} (W3C
     * Fetch Metadata), else by {@code Referer}.
     *
     * @param withCookie whether the page reads what only the bearer of a cookie may
     */
    boolean allowScript(Request request, boolean withCookie) {
        String site = request.header("Sec-Fetch-Site");
        if ("same-origin".equals(site) || "none".equals(site)) {
            return true;
        }
        AllowedOrigins allowed = cors.allowed();
        String page = AllowedOrigins.pageOf(request);
        if (withCookie) {
            return page != null && !allowed.isUnnamed(page, request.header("Host"));
        }
        return allowed.any() || (page != null && allowed.accepts(page, request));
    }

    /** The fields that let an allowed page read the answer; none for others. */
    Headers answer(Request request) {
        return cors.answer(request);
    }

    /** The fields of the answer to a preflight. */
    Headers preflight(Request request) {
        return cors.preflight(request);
    }
}

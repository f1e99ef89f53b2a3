package dev.pharos.protocol.sockjs;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Headers;
import dev.pharos.http.Request;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The header fields of answers: of caching, of other sites' pages, and the cookie. Immutable. */
final class Fields {

    private static final Headers NOT_CACHED =
            Headers.of("Cache-Control", "no-store, no-cache, no-transform, must-revalidate, max-age=0");
    private static final String COOKIE = "JSESSIONID";
    private static final int MOST_COOKIE = 128;
    private static final long YEAR_SECONDS = 31_536_000;

    private final AllowedOrigins origins;
    private final boolean cookie;
    private final InstantSource clock;
    private final Headers ancestors;

    Fields(SockJsOptions options, InstantSource clock) {
        this.origins = AllowedOrigins.of(options.allowedOrigins());
        this.cookie = options.cookie();
        this.clock = clock;
        this.ancestors = ancestors(origins);
    }

    /**
     * What keeps a frame out of pages of sites that are not allowed: within the frame, requests are those of a page of our own.
     */
    private static Headers ancestors(AllowedOrigins origins) {
        return origins.any()
                ? Headers.NONE
                : Headers.of(
                        "Content-Security-Policy",
                        ("frame-ancestors 'self' " + String.join(" ", origins.origins())).strip());
    }

    /** Whether this request comes from a page of another site that is not allowed. */
    boolean isForeign(Request request) {
        return origins.isForeign(request);
    }

    /** Whether pages of any site may use it. */
    boolean mayAnySite() {
        return origins.any();
    }

    /** An answer that is never cached. */
    Headers fresh(Request request, String contentType) {
        return Headers.of("Content-Type", contentType).and(NOT_CACHED).and(cors(request));
    }

    /** An answer of a session: never cached, passed on at once, and with the cookie if that is wanted. */
    Headers ofSession(Request request, String contentType) {
        Headers headers = fresh(request, contentType).with("X-Accel-Buffering", "no");
        return cookie ? headers.with("Set-Cookie", COOKIE + "=" + cookieValue(request) + "; path=/") : headers;
    }

    /** An answer that is a page or a script, and nothing else whatever a browser sees in it. */
    Headers ofScript(Request request, String contentType) {
        return ofSession(request, contentType)
                .with("X-Content-Type-Options", "nosniff")
                .and(ancestors);
    }

    /** The frame page, which may be kept for a year. */
    Headers ofIframe(String tag) {
        return kept().with("ETag", tag).and(ancestors);
    }

    /** The answer to a preflight, which may be kept for a year. */
    Headers preflight(Request request, String methods) {
        Headers headers = kept().and(cors(request))
                .and(Headers.of(
                        "Allow",
                        methods,
                        "Access-Control-Allow-Methods",
                        methods,
                        "Access-Control-Max-Age",
                        String.valueOf(YEAR_SECONDS)));
        String asked = request.header("Access-Control-Request-Headers");
        return asked == null || asked.isEmpty() ? headers : headers.with("Access-Control-Allow-Headers", asked);
    }

    private Headers kept() {
        String expires = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                clock.instant().plusSeconds(YEAR_SECONDS).atOffset(ZoneOffset.UTC));
        return Headers.of("Cache-Control", "public, max-age=" + YEAR_SECONDS, "Expires", expires);
    }

    private Headers cors(Request request) {
        String origin = request.header("Origin");
        if (origin == null) {
            return origins.any() ? Headers.of("Access-Control-Allow-Origin", "*") : Headers.NONE;
        }
        // The stock client sends credentials with every request, so the origin is to be named even if all are allowed.
        return Headers.of(
                "Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true", "Vary", "Origin");
    }

    /** The value the client brings, or another that says as little. */
    private static String cookieValue(Request request) {
        for (String field : request.headers("Cookie")) {
            for (String pair : field.split(";", -1)) {
                String value = value(pair.strip());
                if (value != null) {
                    return value;
                }
            }
        }
        return "dummy";
    }

    private static @Nullable String value(String pair) {
        if (!pair.startsWith(COOKIE + "=")) {
            return null;
        }
        String value = pair.substring(COOKIE.length() + 1);
        return value.length() <= MOST_COOKIE && value.chars().allMatch(c -> c > ' ' && c < 0x7F) ? value : null;
    }
}

package dev.pharos.protocol.sockjs;

import dev.pharos.session.SessionOptions;
import java.util.List;

/**
 * What one may choose of a SockJS endpoint.
 *
 * @param allowedOrigins origins of other sites whose pages may use it, such as {@code https://app.example}; or {@code *}.
 *     Browsers send their cookies along, whichever it is; with {@code *} sessions are not told of them
 * @param webSocket whether WebSockets are offered, on a host that has them
 * @param cookie whether each answer of a session sets the cookie {@code JSESSIONID}, for load balancers that go by it
 * @param responseLimit the bytes after which a streaming answer ends, for browsers that keep all of it
 * @param messageBytes the most bytes of a body or message of a client
 * @param clientUrl where the frame page loads the client from, which should be of the same version as the page around it
 * @param session the times and bounds of sessions
 */
public record SockJsOptions(
        List<String> allowedOrigins,
        boolean webSocket,
        boolean cookie,
        int responseLimit,
        int messageBytes,
        String clientUrl,
        SessionOptions session) {

    /** The protocol's defaults, and no foreign origins. */
    public static final SockJsOptions DEFAULT = new SockJsOptions(
            List.of(),
            true,
            false,
            128 << 10,
            1 << 20,
            "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js",
            SessionOptions.DEFAULT
                    .withHeartbeatMillis(25_000)
                    .withIdleMillis(5_000)
                    .withEchoMillis(5_000));

    /** Checks its parts. */
    public SockJsOptions {
        allowedOrigins = List.copyOf(allowedOrigins);
        if (responseLimit < 1 || messageBytes < 1) {
            throw new IllegalArgumentException(
                    "a limit is positive, got " + responseLimit + " and " + messageBytes + " bytes");
        }
        if (clientUrl.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '<' || c == '>')) {
            throw new IllegalArgumentException("a URL has neither spaces nor quotes, got '" + clientUrl + "'");
        }
    }

    /** These options with other origins. */
    public SockJsOptions withAllowedOrigins(List<String> origins) {
        return new SockJsOptions(origins, webSocket, cookie, responseLimit, messageBytes, clientUrl, session);
    }

    /** These options with or without WebSockets. */
    public SockJsOptions withWebSocket(boolean offered) {
        return new SockJsOptions(allowedOrigins, offered, cookie, responseLimit, messageBytes, clientUrl, session);
    }

    /** These options with or without the cookie. */
    public SockJsOptions withCookie(boolean set) {
        return new SockJsOptions(allowedOrigins, webSocket, set, responseLimit, messageBytes, clientUrl, session);
    }

    /** These options with another limit of streaming answers. */
    public SockJsOptions withResponseLimit(int bytes) {
        return new SockJsOptions(allowedOrigins, webSocket, cookie, bytes, messageBytes, clientUrl, session);
    }

    /** These options with another limit of what a client sends at once. */
    public SockJsOptions withMessageBytes(int bytes) {
        return new SockJsOptions(allowedOrigins, webSocket, cookie, responseLimit, bytes, clientUrl, session);
    }

    /** These options with another place of the client. */
    public SockJsOptions withClientUrl(String url) {
        return new SockJsOptions(allowedOrigins, webSocket, cookie, responseLimit, messageBytes, url, session);
    }

    /** These options with other times and bounds of sessions. */
    public SockJsOptions withSession(SessionOptions times) {
        return new SockJsOptions(allowedOrigins, webSocket, cookie, responseLimit, messageBytes, clientUrl, times);
    }
}

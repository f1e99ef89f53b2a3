package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import java.nio.charset.StandardCharsets;

/** Why a request is refused, with the codes and words that clients of Engine.IO know. */
enum EngineError {
    UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
    UNKNOWN_SID(400, 1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
    BAD_REQUEST(400, 3, "Bad request"),
    FORBIDDEN(403, 4, "Forbidden"),
    UNSUPPORTED_PROTOCOL_VERSION(400, 5, "Unsupported protocol version"),
    NO_WEBSOCKET(501, 3, "This host has no WebSocket"),
    TOO_LARGE(413, 3, "Payload too large"),
    TOO_MANY(429, 3, "Too many connections of this client"),
    OVERLOADED(503, 3, "Too many sessions, or the server is stopping");

    private static final Headers HEADERS = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private final int status;
    private final String body;

    EngineError(int status, int code, String message) {
        this.status = status;
        this.body = "{\"code\":%d,\"message\":\"%s\"}".formatted(code, message);
    }

    /** The answer. */
    Response response(Headers cors) {
        Response response = new Response(status, HEADERS.and(cors), body.getBytes(StandardCharsets.UTF_8));
        return status == 503 || status == 429 ? response.with("Retry-After", "5") : response;
    }
}

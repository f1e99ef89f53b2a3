package dev.pharos.session;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.http.WebSocket;
import java.util.function.Function;

/** Serves sessions over the transports that need no protocol. Thread-safe. */
final class PlainSessions implements Handler {

    private static final int MOST_MESSAGE = 1 << 20;
    private static final int MOST_FRAGMENTS = 1024;
    private static final long RETRY_MILLIS = 2_000;

    private final Sessions sessions;
    private final SessionOptions options;
    private final AllowedOrigins origins;
    private final Function<Handshake, SessionListener> listeners;
    private final DuplexStreams streams;

    PlainSessions(
            Sessions sessions,
            SessionOptions options,
            AllowedOrigins origins,
            Function<Handshake, SessionListener> listeners) {
        this.sessions = sessions;
        this.options = options;
        this.origins = origins;
        this.listeners = listeners;
        this.streams = new DuplexStreams(sessions, options, MOST_MESSAGE, RETRY_MILLIS, UploadMemory.ofHeap());
    }

    @Override
    public void handle(Request request, Reply reply) {
        if (origins.isForeign(request)) {
            reply.send(Response.text(403, "pages of other sites may not open sessions here"));
            return;
        }
        Headers headers = cors(request);
        try {
            switch (request.method()) {
                case "GET" -> get(request, reply, headers);
                case "POST" -> streams.post(request, reply, headers);
                case "OPTIONS" ->
                    reply.send(Response.empty(204, headers)
                            .with("Allow", "GET, POST, OPTIONS")
                            .with("Access-Control-Allow-Headers", "Content-Type, Cache-Control, Last-Event-ID"));
                default ->
                    reply.send(Response.text(405, "the method is not one of GET, POST, OPTIONS")
                            .with("Allow", "GET, POST, OPTIONS"));
            }
        } catch (BadParameterException bad) {
            reply.send(Response.text(400, String.valueOf(bad.getMessage())).with(headers));
        }
    }

    private Headers cors(Request request) {
        String origin = request.header("Origin");
        return origin == null || !origins.allows(origin)
                ? Headers.NONE
                : Headers.of("Access-Control-Allow-Origin", origin, "Vary", "Origin");
    }

    private void get(Request request, Reply reply, Headers headers) {
        switch (reply.upgradeSupport()) {
            case READY -> upgrade(request, reply);
            case UNSUPPORTED -> reply.send(Response.text(501, "this host has no WebSocket; open an event stream"));
            case INVALID ->
                reply.send(Response.text(400, "the WebSocket handshake is not as RFC 6455 section 4.1 wants it")
                        .with("Sec-WebSocket-Version", "13"));
            case NOT_ASKED -> streams.get(request, reply, headers, listeners);
        }
    }

    private void upgrade(Request request, Reply reply) {
        Handshake handshake = Handshake.of(request);
        ProtocolSession session = sessions.add(() -> new ProtocolSession(
                sessions, sessions.newId(), request.loop(), handshake, options, listeners.apply(handshake)));
        if (session == null) {
            reply.send(Response.text(503, "there are as many sessions as may be, or the server is stopping")
                    .with("Retry-After", "5"));
        } else {
            reply.upgrade(
                    new WebSocket.Options("", MOST_MESSAGE, MOST_FRAGMENTS, Headers.NONE), new PlainSocket(session));
        }
    }
}

package dev.pharos.session;

import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.WebSocket;
import java.util.function.Function;

/** Serves sessions over the transports that need no protocol. Thread-safe. */
final class PlainSessions implements Handler {

    private static final int MOST_MESSAGE = 1 << 20;
    private static final int MOST_FRAGMENTS = 1024;

    private final Sessions sessions;
    private final SessionOptions options;
    private final Function<Handshake, SessionListener> listeners;

    PlainSessions(Sessions sessions, SessionOptions options, Function<Handshake, SessionListener> listeners) {
        this.sessions = sessions;
        this.options = options;
        this.listeners = listeners;
    }

    @Override
    public void handle(Request request, Reply reply) {
        switch (reply.upgradeSupport()) {
            case READY -> upgrade(request, reply);
            case UNSUPPORTED -> reply.send(Response.text(501, "this host has no WebSocket"));
            case INVALID ->
                reply.send(Response.text(400, "the WebSocket handshake is not as RFC 6455 section 4.1 wants it")
                        .with("Sec-WebSocket-Version", "13"));
            case NOT_ASKED ->
                reply.send(Response.text(426, "this is a WebSocket").with("Upgrade", "websocket"));
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

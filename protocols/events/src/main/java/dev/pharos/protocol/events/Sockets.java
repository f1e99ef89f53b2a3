package dev.pharos.protocol.events;

import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.WebSocket;
import dev.pharos.hub.Hub;
import dev.pharos.session.Handshake;
import dev.pharos.session.PlainSocket;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.SessionListener;
import dev.pharos.session.SessionOptions;
import dev.pharos.session.Sessions;
import java.util.List;

/** Answers WebSocket handshakes: each WebSocket is a session with a {@link Gateway}. */
final class Sockets {

    static final String SUBPROTOCOL = "pharos.v1";

    private static final int MOST_FRAGMENTS = 1024;

    private final Hub hub;
    private final EventsOptions options;
    private final Sessions sessions;
    private final TransportCounts counts;
    private final SessionOptions sessionOptions;

    Sockets(Hub hub, EventsOptions options, Sessions sessions, TransportCounts counts) {
        this.hub = hub;
        this.options = options;
        this.sessions = sessions;
        this.counts = counts;
        this.sessionOptions = SessionOptions.DEFAULT.withHeartbeatMillis(options.heartbeatSeconds() * 1_000L);
    }

    void handle(Request request, Reply reply, Headers cors) {
        switch (reply.upgradeSupport()) {
            case READY -> open(request, reply, cors);
            case UNSUPPORTED ->
                throw new BadRequestException(
                        501, "this host has no WebSocket; read the same URL as a stream or a poll");
            case INVALID -> refuse(request, reply, cors);
            case NOT_ASKED -> throw new IllegalStateException("not asked");
        }
    }

    private void open(Request request, Reply reply, Headers cors) {
        if (hub.isFull() || !counts.haveRoomFor(1)) {
            reply.send(Busy.answer(hub, Busy.reason(hub, counts)).with(cors));
            return;
        }
        boolean hasTopic = Parameters.ofQuery(request.query(), SubscribeParameters.MOST_PARAMETERS)
                .has("topic");
        SubscribeParameters initial = hasTopic ? SubscribeParameters.of(request, hub.limits()) : null;
        WebSocket.Options socket = new WebSocket.Options(
                subprotocol(request), hub.limits().eventBytes() + (16 << 10), MOST_FRAGMENTS, cors);
        ProtocolSession session = sessions.add(() -> new SocketSession(request, new Gateway(hub, options, initial)));
        if (session == null) {
            reply.send(Busy.answer(hub, Busy.reason(sessions)).with(cors));
            return;
        }
        counts.socket(1);
        reply.upgrade(socket, new PlainSocket(session));
    }

    private static String subprotocol(Request request) {
        List<String> offers = request.headers("Sec-WebSocket-Protocol");
        if (offers.isEmpty()) {
            return "";
        }
        for (String field : offers) {
            for (String name : field.split(",", -1)) {
                if (name.strip().equals(SUBPROTOCOL)) {
                    return SUBPROTOCOL;
                }
            }
        }
        throw new BadRequestException("header 'Sec-WebSocket-Protocol' offers "
                + SubscribeParameters.shown(String.join(", ", offers)) + ", but only " + SUBPROTOCOL + " is spoken");
    }

    private static void refuse(Request request, Reply reply, Headers cors) {
        String version = request.header("Sec-WebSocket-Version");
        if (version == null || version.equals("13")) {
            throw new BadRequestException("the WebSocket handshake is not as RFC 6455 section 4.1 wants it");
        }
        reply.send(Response.text(
                        426,
                        "header 'Sec-WebSocket-Version' is " + SubscribeParameters.shown(version)
                                + ", but only 13 is spoken")
                .with("Sec-WebSocket-Version", "13")
                .with("Upgrade", "websocket")
                .with(cors));
    }

    /** A session that is a WebSocket, and counted as one. */
    private final class SocketSession extends ProtocolSession {

        SocketSession(Request request, SessionListener gateway) {
            super(sessions, "", request.loop(), Handshake.of(request), sessionOptions, gateway);
        }

        @Override
        protected void onOver() {
            counts.socket(-1);
        }
    }
}

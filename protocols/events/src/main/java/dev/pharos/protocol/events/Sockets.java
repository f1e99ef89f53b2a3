package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Credentials;
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
import org.jspecify.annotations.Nullable;

/** Answers WebSocket handshakes: each WebSocket is a session with a {@link Gateway}. */
final class Sockets {

    static final String SUBPROTOCOL = "pharos.v1";

    private static final int MOST_FRAGMENTS = 1024;

    private final Context context;
    private final Hub hub;
    private final Sessions sessions;
    private final TransportCounts counts;
    private final SessionOptions sessionOptions;

    Sockets(Context context, Sessions sessions) {
        this.context = context;
        this.hub = context.hub();
        this.sessions = sessions;
        this.counts = context.counts();
        this.sessionOptions =
                SessionOptions.DEFAULT.withHeartbeatMillis(context.options().heartbeatSeconds() * 1_000L);
    }

    void handle(Request request, Reply reply, Headers cors) {
        switch (reply.upgradeSupport()) {
            case READY ->
                Admission.admit(
                        context.access(), request, reply, cors, caller -> open(request, reply, cors, caller), null);
            case UNSUPPORTED ->
                throw new BadRequestException(
                        501, "this host has no WebSocket; read the same URL as a stream or a poll");
            case INVALID -> refuse(request, reply, cors);
            case NOT_ASKED -> throw new IllegalStateException("not asked");
        }
    }

    private void open(Request request, Reply reply, Headers cors, Caller caller) {
        refuseCookieOfOtherSite(request, caller);
        if (caller.permit().publish().isNone()) {
            caller.requireRead(); // it is of no use for anything else
        }
        if (hub.isFull() || !counts.haveRoomFor(1)) {
            reply.send(Busy.answer(hub, Busy.reason(hub, counts)).with(cors));
            return;
        }
        boolean hasTopic = Parameters.ofQuery(request.query(), SubscribeParameters.MOST_PARAMETERS)
                .has("topic");
        SubscribeParameters initial = hasTopic ? SubscribeParameters.of(request, hub.limits()) : null;
        if (initial != null) {
            caller.requireRead();
        }
        WebSocket.Options socket = new WebSocket.Options(
                subprotocol(request), hub.limits().eventBytes() + (16 << 10), MOST_FRAGMENTS, cors);
        Caps.Lease lease = context.access().caps().enter(request, caller);
        ProtocolSession session = sessions.add(
                () -> new SocketSession(request, new Gateway(context, publisher(request, caller), initial), lease));
        if (session == null) {
            if (lease != null) {
                lease.close();
            }
            reply.send(Busy.answer(hub, Busy.reason(sessions)).with(cors));
            return;
        }
        counts.socket(1);
        reply.upgrade(socket, new PlainSocket(session));
    }

    private Publisher publisher(Request request, Caller caller) {
        return new Publisher(context, caller, context.access().caps().publisher(request, caller));
    }

    /** A page of any site can open a WebSocket, and the browser sends the cookie. */
    private void refuseCookieOfOtherSite(Request request, Caller caller) {
        String origin = request.header("Origin");
        if (caller.source() == Credentials.Source.COOKIE
                && origin != null
                && context.origins().allowed().isUnnamed(origin, request.header("Host"))) {
            throw new BadRequestException(
                    403,
                    "header 'Origin' is " + SubscribeParameters.shown(origin)
                            + ", which is not among the origins that were allowed by name: the cookie is not for its pages");
        }
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

        private final Caps.@Nullable Lease lease;

        SocketSession(Request request, SessionListener gateway, Caps.@Nullable Lease lease) {
            super(sessions, "", request.loop(), Handshake.of(request), sessionOptions, gateway);
            this.lease = lease;
        }

        @Override
        protected void onOver() {
            counts.socket(-1);
            if (lease != null) {
                lease.close();
            }
        }
    }
}

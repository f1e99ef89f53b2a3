package dev.pharos.protocol.socketio.engine;

import dev.pharos.auth.RefusedException;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.http.WebSocket;
import dev.pharos.session.HandOver;
import dev.pharos.session.Handshake;
import dev.pharos.session.SessionListener;
import dev.pharos.session.SessionOptions;
import dev.pharos.session.SessionTable;
import dev.pharos.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Engine.IO 4 at one path: sessions over long polling and WebSocket. Thread-safe.
 *
 * <p>Source: the Engine.IO protocol, version 4.1, and the answers of its reference server where the protocol leaves them
 * open. Without WebSocket on a host, sessions poll.
 */
public final class EngineIo implements Handler {

    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_FRAGMENTS = 1024;
    private static final long LINGER_MILLIS = 2_000;
    /** A poll may have been on its way when the client closed the session. */
    private static final long ECHO_MILLIS = 1_000;

    private static final Headers ALLOW = Headers.of("Allow", "GET, POST, OPTIONS");

    private final Sessions sessions;
    private final EngineOptions options;
    private final Function<Handshake, SessionListener> listeners;
    private final SessionOptions sessionOptions;
    private final SessionTable<EngineSession> table;
    private final Map<EventLoop, Heartbeats> heartbeats = new ConcurrentHashMap<>();
    private final EngineCounts counts = new EngineCounts();
    private final Cors cors;
    private final UploadMemory uploads = UploadMemory.ofHeap();

    /**
     * An endpoint, to be mounted at a path such as {@code /engine.io/}.
     *
     * @param listeners makes the listener of a session that is to be opened, or refuses it by a {@link RefusedException};
     *     called on its loop
     */
    public EngineIo(Sessions sessions, EngineOptions options, Function<Handshake, SessionListener> listeners) {
        this.sessions = sessions;
        this.options = options;
        this.listeners = listeners;
        this.sessionOptions = SessionOptions.DEFAULT
                .withHeartbeatMillis(0)
                .withIdleMillis(0)
                .withLingerMillis(LINGER_MILLIS)
                .withEchoMillis(ECHO_MILLIS)
                .withBufferBytes(options.bufferBytes())
                .withHeldBytes(options.maxPayload());
        this.table = sessions.table();
        this.cors = new Cors(options.origins());
    }

    /** How many sessions there are by transport. */
    public EngineCounts counts() {
        return counts;
    }

    /** Its times and bounds. */
    public EngineOptions options() {
        return options;
    }

    Sessions sessions() {
        return sessions;
    }

    SessionOptions sessionOptions() {
        return sessionOptions;
    }

    Heartbeats heartbeats(EventLoop loop) {
        return heartbeats.computeIfAbsent(loop, l -> Heartbeats.of(l, sessions.scheduler(), options));
    }

    /** Makes the session that a request opens. */
    record Opening(EngineIo engine, EventLoop loop, Handshake handshake) {

        /**
         * A session in the table, not open yet, or null when there is no room.
         *
         * @throws RefusedException when this client may not have one more
         */
        @Nullable
        EngineSession session(boolean isSocket) {
            String id = engine.sessions.newId();
            return engine.table.add(
                    id,
                    () -> new EngineSession(engine, id, loop, handshake, engine.listeners.apply(handshake), isSocket));
        }
    }

    @Override
    public void handle(Request request, Reply reply) {
        Headers fields = cors.answer(request);
        if (cors.isForeign(request)) {
            reply.send(EngineError.FORBIDDEN.response(fields));
            return;
        }
        if (request.method().equals("OPTIONS")) {
            reply.send(Response.empty(204, ALLOW.and(cors.preflight(request))));
            return;
        }
        Parameters parameters;
        try {
            parameters = Parameters.ofQuery(request.query(), MOST_PARAMETERS);
        } catch (BadParameterException bad) {
            reply.send(EngineError.BAD_REQUEST.response(fields));
            return;
        }
        EngineError error = route(request, reply, parameters, fields);
        if (error != null) {
            reply.send(error.response(fields));
        }
    }

    private @Nullable EngineError route(Request request, Reply reply, Parameters parameters, Headers fields) {
        String transport = parameters.first("transport");
        boolean isSocket = "websocket".equals(transport);
        if (!isSocket && !"polling".equals(transport)) {
            return EngineError.UNKNOWN_TRANSPORT;
        }
        if (!"4".equals(parameters.first("EIO"))) {
            return EngineError.UNSUPPORTED_PROTOCOL_VERSION;
        }
        String sid = parameters.first("sid");
        if (sid == null) {
            return isSocket ? openSocket(request, reply) : openPolling(request, reply, fields);
        }
        EngineSession session = table.find(sid);
        if (session == null) {
            return EngineError.UNKNOWN_SID;
        }
        if (isSocket) {
            return probe(session, request, reply);
        }
        return switch (request.method()) {
            case "GET" -> {
                poll(session, request, reply, fields);
                yield null;
            }
            case "POST" -> {
                post(session, request, reply, fields);
                yield null;
            }
            default -> EngineError.BAD_REQUEST;
        };
    }

    // new sessions

    private @Nullable EngineError openPolling(Request request, Reply reply, Headers fields) {
        if (!request.method().equals("GET")) {
            return EngineError.BAD_HANDSHAKE_METHOD;
        }
        if (reply.upgradeSupport() == Reply.UpgradeSupport.READY) {
            return EngineError.BAD_REQUEST;
        }
        EngineSession session;
        try {
            session = new Opening(this, request.loop(), Handshake.of(request)).session(false);
        } catch (RefusedException tooMany) {
            return EngineError.TOO_MANY;
        }
        if (session == null) {
            return EngineError.OVERLOADED;
        }
        String open = openPacket(session.id(), reply.speaksWebSocket());
        reply.send(new Response(200, EnginePoll.TEXT.and(fields), open.getBytes(StandardCharsets.UTF_8)));
        session.begin();
        return null;
    }

    private @Nullable EngineError openSocket(Request request, Reply reply) {
        EngineError error = upgradeError(request, reply);
        if (error == null) {
            reply.upgrade(
                    webSocket(), new EngineSocket(this, new Opening(this, request.loop(), Handshake.of(request))));
        }
        return error;
    }

    private static @Nullable EngineError upgradeError(Request request, Reply reply) {
        if (!request.method().equals("GET")) {
            return EngineError.BAD_HANDSHAKE_METHOD;
        }
        return switch (reply.upgradeSupport()) {
            case READY -> null;
            case UNSUPPORTED -> EngineError.NO_WEBSOCKET;
            case INVALID, NOT_ASKED -> EngineError.BAD_REQUEST;
        };
    }

    private WebSocket.Options webSocket() {
        return new WebSocket.Options("", options.maxPayload(), MOST_FRAGMENTS, Headers.NONE);
    }

    /** The packet that opens a session. */
    String openPacket(String sid, boolean upgrades) {
        return "0{\"sid\":\"%s\",\"upgrades\":%s,\"pingInterval\":%d,\"pingTimeout\":%d,\"maxPayload\":%d}"
                .formatted(
                        sid,
                        upgrades ? UPGRADES : List.of(),
                        options.pingIntervalMillis(),
                        options.pingTimeoutMillis(),
                        options.maxPayload());
    }

    private static final List<String> UPGRADES = List.of("\"websocket\"");

    // sessions that are known

    private static void poll(EngineSession session, Request request, Reply reply, Headers fields) {
        Reply there = HandOver.of(request, reply, session.loop());
        session.execute(() -> {
            session.advance();
            if (session.isSocket()) {
                there.send(EngineError.BAD_REQUEST.response(fields));
            } else if (!session.awaitsPoll()) {
                there.send(EngineError.UNKNOWN_SID.response(fields));
            } else {
                new EnginePoll(session, there, fields).start();
            }
        });
    }

    private void post(EngineSession session, Request request, Reply reply, Headers fields) {
        EventLoop here = request.loop();
        Reply there = HandOver.of(request, reply, session.loop());
        session.execute(() -> {
            session.advance();
            if (!session.isPolling()) {
                EngineError error = session.isSocket() ? EngineError.BAD_REQUEST : EngineError.UNKNOWN_SID;
                there.send(error.response(fields));
            } else if (session.beginPost()) {
                EnginePost post = new EnginePost(session, there, fields, uploads, options.maxPayload());
                if (here.inLoop()) {
                    post.collect(request.body());
                } else {
                    here.execute(() -> post.collect(request.body()));
                }
            } else {
                session.refuse(new MalformedPacketException("two requests at a time"));
                there.send(EngineError.BAD_REQUEST.response(fields));
            }
        });
    }

    private @Nullable EngineError probe(EngineSession session, Request request, Reply reply) {
        EngineError error = upgradeError(request, reply);
        if (error == null) {
            Reply there = HandOver.of(request, reply, session.loop());
            session.execute(() -> there.upgrade(webSocket(), new EngineSocket(this, session)));
        }
        return error;
    }
}

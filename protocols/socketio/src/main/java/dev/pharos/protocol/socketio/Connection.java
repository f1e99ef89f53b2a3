package dev.pharos.protocol.socketio;

import dev.pharos.hub.LoopTimers;
import dev.pharos.hub.Timed;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * One session that speaks Socket.IO: its packets, and its sockets by namespace. On the session's loop only, but for
 * {@link #execute}.
 */
final class Connection extends Timed implements SessionListener {

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /** While so much waits to be sent, nothing more is obeyed. */
    private static final int MOST_BUFFERED = 256 << 10;

    private static final int MOST_OFFSET = 128;
    /** Ends that a client did not ask for, or may not have. */
    private static final Set<CloseReason> RECOVERABLE =
            EnumSet.of(CloseReason.TRANSPORT, CloseReason.IDLE, CloseReason.CLIENT, CloseReason.OVERFLOW);

    private final SocketIo server;
    private final PacketReader reader;
    private final Map<String, Socket> sockets = new HashMap<>(2);
    private final Set<String> admitting = new HashSet<>(2);
    private @Nullable Session session;
    /** With what may be secret, until there is a socket. */
    private @Nullable Handshake opening;

    /** Why it ends, when that began here. */
    private @Nullable CloseReason cause;

    private boolean paused;
    private boolean ended;

    Connection(SocketIo server) {
        this.server = server;
        SocketIoOptions options = server.options();
        this.reader =
                new PacketReader(options.mostAttachments(), options.engine().maxPayload());
    }

    Session session() {
        return Objects.requireNonNull(session);
    }

    LoopTimers timers() {
        return server.sessions().lane(session().loop()).timers();
    }

    /** Runs a task on the session's loop: now if this is it. On any thread. */
    void execute(Runnable task) {
        if (session().loop().inLoop()) {
            task.run();
        } else {
            try {
                session().loop().execute(task);
            } catch (RejectedExecutionException loopEnded) {
                LOG.log(System.Logger.Level.DEBUG, "a task came too late for its loop", loopEnded);
            }
        }
    }

    @Override
    public void onOpen(Session opened) {
        session = opened;
        opening = opened.handshake();
        timers().schedule(this, server.options().connectTimeoutMillis());
    }

    /** It has had time enough to connect to a namespace. */
    @Override
    protected void onDue() {
        if (sockets.isEmpty()) {
            close(CloseReason.IDLE.code(), "no namespace was connected to in time");
        }
    }

    // what the client sends

    @Override
    public void onMessage(String message) {
        take(() -> reader.text(message));
    }

    @Override
    public void onBinary(ByteBuffer message) {
        byte[] copy = new byte[message.remaining()];
        message.get(copy);
        take(() -> reader.attachment(copy));
    }

    private interface Reading {
        @Nullable
        Packet read();
    }

    private void take(Reading reading) {
        if (cause != null || ended) {
            return;
        }
        try {
            Packet packet = reading.read();
            if (packet != null) {
                obey(packet);
            }
        } catch (BadPacketException bad) {
            refuse(bad);
        }
        hold();
    }

    /** Nothing is read while much waits to be sent, or one of its sockets has paused. */
    void hold() {
        boolean busy = session().buffered() > MOST_BUFFERED
                || sockets.values().stream().anyMatch(Socket::isPaused);
        if (busy != paused) {
            paused = busy;
            if (busy) {
                session().pause();
            } else {
                session().resume();
            }
        }
    }

    private void refuse(BadPacketException bad) {
        cause = CloseReason.PROTOCOL_ERROR;
        session().close(CloseReason.PROTOCOL_ERROR.code(), short123(Objects.requireNonNull(bad.getMessage())));
    }

    /** A close frame has room for 123 bytes; the sentence is ASCII or is cut before. */
    private static String short123(String sentence) {
        String ascii = sentence.replaceAll("[^ -~]", "?");
        return ascii.length() <= 123 ? ascii : ascii.substring(0, 123);
    }

    private void obey(Packet packet) {
        String name = packet.namespace();
        if (packet.type() == Packet.Type.CONNECT) {
            connect(name, auth(packet.json()));
            return;
        }
        Socket socket = sockets.get(name);
        if (socket == null) {
            throw new BadPacketException("a packet is for a namespace that is not connected to");
        }
        switch (packet.type()) {
            case EVENT, BINARY_EVENT -> event(socket, packet);
            case ACK, BINARY_ACK -> {
                if (packet.id() == Packet.NO_ID) {
                    throw new BadPacketException("an acknowledgement has an id");
                }
                socket.onAcknowledgement(packet.id(), Arguments.read(packet.json(), packet.attachments()));
            }
            case DISCONNECT -> {
                if (!packet.json().isEmpty()) {
                    throw new BadPacketException("a disconnect has no payload");
                }
                leave(socket, CloseReason.CLIENT);
            }
            case CONNECT, CONNECT_ERROR -> throw new BadPacketException("only a server refuses a connection");
        }
    }

    private static void event(Socket socket, Packet packet) {
        Arguments arguments = Arguments.read(packet.json(), packet.attachments());
        String event = arguments.text(0);
        if (event == null || Namespace.isReserved(event)) {
            throw new BadPacketException("an event begins with its name");
        }
        socket.onEvent(event, arguments.withoutName(), packet.id());
    }

    // connecting

    private static Map<String, @Nullable Object> auth(String json) {
        if (json.isEmpty()) {
            return Map.of();
        }
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            Object value = new Json.Reader(parser, List.of()).value();
            if (value instanceof Map<?, ?> map && parser.nextToken() == null) {
                Map<String, @Nullable Object> auth = new LinkedHashMap<>();
                map.forEach((name, each) -> auth.put(String.valueOf(name), each));
                return java.util.Collections.unmodifiableMap(auth);
            }
        } catch (JacksonException malformed) {
            throw Arguments.malformed(malformed);
        }
        throw new BadPacketException("the payload of a connect is one object");
    }

    private void connect(String name, Map<String, @Nullable Object> auth) {
        if (sockets.containsKey(name) || admitting.contains(name)) {
            throw new BadPacketException("a namespace is connected to already");
        }
        if (sockets.size() + admitting.size() >= server.options().mostNamespaces()) {
            throw new BadPacketException(
                    "a session has at most " + server.options().mostNamespaces() + " namespaces");
        }
        Namespace namespace = server.find(name);
        if (namespace == null) {
            send(EncodedPacket.single(Packet.Type.CONNECT_ERROR, name, Map.of("message", "Invalid namespace")));
            return;
        }
        admitting.add(name);
        Handshake handshake = opening != null ? opening : session().handshake();
        CompletionStage<?> decision;
        try {
            decision = namespace.admission().admit(new ConnectRequest(name, handshake, auth));
        } catch (RuntimeException refused) {
            decision = CompletableFuture.failedFuture(refused);
        }
        decision.whenComplete((admitted, refused) -> execute(() -> decided(namespace, auth, refused)));
    }

    private void decided(Namespace namespace, Map<String, @Nullable Object> auth, @Nullable Throwable refused) {
        admitting.remove(namespace.name());
        if (ended) {
            return;
        }
        if (refused == null) {
            join(namespace, auth);
        } else {
            send(EncodedPacket.single(Packet.Type.CONNECT_ERROR, namespace.name(), refusal(refused)));
        }
    }

    private static Map<String, Object> refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Map<String, Object> payload = new LinkedHashMap<>();
        if (cause instanceof ConnectRefusedException refused) {
            payload.put("message", String.valueOf(refused.getMessage()));
            Object data = refused.data();
            if (data != null) {
                payload.put("data", data);
            }
        } else {
            LOG.log(System.Logger.Level.ERROR, "an admission failed", cause);
            payload.put("message", "The server failed");
        }
        return payload;
    }

    private void join(Namespace namespace, Map<String, @Nullable Object> auth) {
        Recovery recovery = server.recovery();
        if (recovery == null) {
            connected(new Socket(namespace, server.sessions().newId(), null, auth, false, this));
        } else if (!namespace.lane(session().loop()).feed(recovery, namespace.name())) {
            refuse(namespace);
        } else if (!recovers(recovery, namespace, auth)) {
            joinAnew(namespace, auth);
        }
    }

    private void refuse(Namespace namespace) {
        send(EncodedPacket.single(
                Packet.Type.CONNECT_ERROR, namespace.name(), Map.of("message", "The server is full")));
    }

    private void joinAnew(Namespace namespace, Map<String, @Nullable Object> auth) {
        String id = server.sessions().newId();
        connected(new Socket(namespace, id, server.sessions().newId(), auth, false, this));
    }

    /** Goes on for a connection that broke, if the client names one; the socket comes when its place is found. */
    private boolean recovers(Recovery recovery, Namespace namespace, Map<String, @Nullable Object> auth) {
        Recoverables recoverables = server.recoverables();
        if (recoverables == null
                || !(auth.get("pid") instanceof String privateId)
                || !(auth.get("offset") instanceof String offset)
                || offset.length() > MOST_OFFSET) {
            return false;
        }
        Recoverables.Kept kept = recoverables.take(namespace.name(), privateId);
        if (kept == null) {
            return false;
        }
        admitting.add(namespace.name());
        boolean reads = LogReader.open(
                this,
                recovery,
                namespace.name(),
                offset,
                whole -> recovered(namespace, auth, whole ? kept : null, privateId),
                null);
        if (!reads) {
            admitting.remove(namespace.name());
        }
        return reads;
    }

    private @Nullable Socket recovered(
            Namespace namespace,
            Map<String, @Nullable Object> auth,
            Recoverables.@Nullable Kept kept,
            String privateId) {
        admitting.remove(namespace.name());
        if (cause != null || ended) {
            namespace.lane(session().loop()).endFeedIfEmpty();
            return null;
        }
        if (!namespace.lane(session().loop()).feed(Objects.requireNonNull(server.recovery()), namespace.name())) {
            refuse(namespace);
            return null;
        }
        if (kept == null) {
            joinAnew(namespace, auth);
            return null;
        }
        Socket socket = new Socket(namespace, kept.id(), privateId, auth, true, this).restored(kept);
        connected(socket);
        return socket;
    }

    private void connected(Socket socket) {
        timers().cancel(this);
        socket.opening(opening);
        opening = null;
        Namespace namespace = socket.namespace();
        sockets.put(namespace.name(), socket);
        namespace.add(socket);
        String privateId = socket.privateId();
        Map<String, String> payload = new LinkedHashMap<>(2);
        payload.put("sid", socket.id());
        if (privateId != null) {
            payload.put("pid", privateId);
        }
        send(EncodedPacket.single(Packet.Type.CONNECT, namespace.name(), payload));
        namespace.onConnect(socket);
        socket.opening(null);
    }

    // what is sent

    void send(EncodedPacket packet) {
        Session to = session();
        to.send(packet.text());
        for (byte[] attachment : packet.attachments()) {
            to.send(attachment);
        }
    }

    @Override
    public void onReady() {
        hold();
        for (Socket socket : List.copyOf(sockets.values())) {
            socket.onReady();
        }
    }

    @Override
    public void onDrain() {
        for (Socket socket : List.copyOf(sockets.values())) {
            socket.onDrain();
        }
    }

    // the end

    void disconnect(Socket socket) {
        if (socket.isOpen()) {
            send(EncodedPacket.bare(Packet.Type.DISCONNECT, socket.namespace().name()));
            leave(socket, CloseReason.SERVER);
        }
    }

    private void leave(Socket socket, CloseReason reason) {
        sockets.remove(socket.namespace().name());
        socket.onEnd(reason);
    }

    /** Ends the session behind what was sent, and all sockets with it. */
    void close(int code, String sentence) {
        session().close(code, sentence);
    }

    @Override
    public void onClose(CloseReason reason) {
        ended = true;
        opening = null;
        timers().cancel(this);
        CloseReason why = cause == null ? reason : cause;
        Recoverables recoverables = server.recoverables();
        for (Socket socket : List.copyOf(sockets.values())) {
            String privateId = socket.privateId();
            if (recoverables != null && privateId != null && RECOVERABLE.contains(why)) {
                recoverables.keep(socket, privateId);
            }
            leave(socket, why);
        }
    }
}

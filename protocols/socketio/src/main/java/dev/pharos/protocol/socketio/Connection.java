package dev.pharos.protocol.socketio;

import dev.pharos.auth.Caps;
import dev.pharos.hub.LoopTimers;
import dev.pharos.hub.Timed;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session that speaks Socket.IO: its packets, and its sockets by namespace. On the session's loop only, but for
 * {@link #execute}.
 */
final class Connection extends Timed implements SessionListener {

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /** While so much waits to be sent, nothing more is obeyed. */
    private static final int MOST_BUFFERED = 256 << 10;

    /** What a client says with a connect is kept as long as the socket: room for a token as long as a header may be. */
    private static final int MOST_AUTH = 32 << 10;

    static final int TRY_AGAIN_LATER = 1013;

    /** Ends that a client did not ask for, or may not have. */
    private static final Set<CloseReason> RECOVERABLE =
            EnumSet.of(CloseReason.TRANSPORT, CloseReason.IDLE, CloseReason.CLIENT, CloseReason.OVERFLOW);

    private final SocketIo server;
    private final PacketReader reader;
    private final Map<String, Socket> sockets = new HashMap<>(2);
    private final Map<String, Joining> joinings = new HashMap<>(2);
    private final Caps.@Nullable Lease lease;
    private @Nullable Session session;
    /** With what may be secret, until there is a socket. */
    private @Nullable Handshake opening;

    /** Why it ends, when that began here. */
    private @Nullable CloseReason cause;

    private boolean paused;
    private boolean ended;

    /** A session that is to be opened; its place is given back when it ends. */
    Connection(SocketIo server, Caps.@Nullable Lease lease) {
        this.server = server;
        this.lease = lease;
        SocketIoOptions options = server.options();
        this.reader = new PacketReader(
                server.packetMemory(),
                options.mostAttachments(),
                options.engine().maxPayload());
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
            executeNext(task);
        }
    }

    /** Runs a task on the session's loop, behind those that wait for it. */
    private void executeNext(Runnable task) {
        session().loop().tell(task);
    }

    /** Does what calls listeners of the application, where nobody else looks after them: one that throws loses the session. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            LOG.log(System.Logger.Level.ERROR, "a listener failed", failure);
            cause = CloseReason.FAULT;
            close(CloseReason.FAULT.code(), "the application failed");
        }
    }

    /** Whether it has ended, or is about to. */
    boolean isOver() {
        return cause != null || ended;
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
        if (isOver()) {
            return;
        }
        try {
            Packet packet = reading.read();
            if (packet != null) {
                obey(packet);
            }
        } catch (BadPacketException bad) {
            refuse(bad);
        } catch (PacketReader.NoMemoryException full) {
            close(TRY_AGAIN_LATER, Objects.requireNonNull(full.getMessage()));
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
    static String short123(String sentence) {
        String ascii = sentence.replaceAll("[^ -~]", "?");
        return ascii.length() <= 123 ? ascii : ascii.substring(0, 123);
    }

    private void obey(Packet packet) {
        String name = packet.namespace();
        if (packet.type() == Packet.Type.CONNECT) {
            connect(name, packet.json());
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

    private void connect(String name, String payload) {
        if (sockets.containsKey(name) || joinings.containsKey(name)) {
            throw new BadPacketException("a namespace is connected to already");
        }
        if (sockets.size() + joinings.size() >= server.options().mostNamespaces()) {
            throw new BadPacketException(
                    "a session has at most " + server.options().mostNamespaces() + " namespaces");
        }
        Namespace namespace = server.find(name);
        if (namespace == null) {
            refuse(name, Map.of("message", "Invalid namespace"));
            return;
        }
        if (payload.length() > MOST_AUTH) {
            refuse(name, Map.of("message", "The payload of a connect has at most " + MOST_AUTH + " characters"));
            return;
        }
        Joining joining = new Joining(this, namespace, Joining.auth(payload));
        joinings.put(name, joining);
        joining.start();
    }

    ConnectRequest request(String namespace, Map<String, ? extends @Nullable Object> auth) {
        Handshake handshake = opening != null ? opening : session().handshake();
        return new ConnectRequest(namespace, handshake, auth, session().loop(), lease);
    }

    void refused(Joining joining, Map<String, ?> payload) {
        String name = joining.namespace().name();
        joinings.remove(name);
        refuse(name, payload);
    }

    private void refuse(String name, Map<String, ?> payload) {
        send(EncodedPacket.single(Packet.Type.CONNECT_ERROR, name, payload));
    }

    /** Lets a socket know all that the request said which opened the session, until it has connected. */
    void showOpening(Socket socket) {
        socket.opening(opening);
    }

    void connected(Joining joining, Socket socket) {
        timers().cancel(this);
        showOpening(socket);
        opening = null;
        Namespace namespace = socket.namespace();
        joinings.remove(namespace.name());
        sockets.put(namespace.name(), socket);
        namespace.add(socket);
        String privateId = socket.privateId();
        Map<String, String> payload = new LinkedHashMap<>(2);
        payload.put("sid", socket.id());
        if (privateId != null) {
            payload.put("pid", privateId);
            server.enter(socket, privateId);
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
        String privateId = socket.privateId();
        if (privateId != null) {
            server.leave(socket, privateId);
        }
        socket.onEnd(reason);
    }

    /** Ends the session behind what was sent, and all sockets with it. */
    void close(int code, String sentence) {
        session().close(code, sentence);
    }

    /** Its client has come back over another connection: takes this one for broken, and then does something. On any thread. */
    void supersede(Runnable then) {
        execute(() -> {
            if (session() instanceof ProtocolSession broken) {
                broken.end(CloseReason.TRANSPORT, "the client has come back over another connection");
            }
            executeNext(then); // behind the end
        });
    }

    @Override
    public void onClose(CloseReason reason) {
        ended = true;
        opening = null;
        reader.end();
        timers().cancel(this);
        if (lease != null) {
            lease.close();
        }
        CloseReason why = cause == null ? reason : cause;
        for (Joining joining : List.copyOf(joinings.values())) {
            guard(() -> joining.onEnd(why));
        }
        joinings.clear();
        for (Socket socket : List.copyOf(sockets.values())) {
            keep(socket, why);
            guard(() -> leave(socket, why));
        }
    }

    private void keep(Socket socket, CloseReason why) {
        Recoverables recoverables = server.recoverables();
        String privateId = socket.privateId();
        if (recoverables != null && privateId != null && isRecoverable(why)) {
            recoverables.keep(socket, privateId);
        }
    }

    /** Whether the client may come back and be who it was. */
    static boolean isRecoverable(CloseReason end) {
        return RECOVERABLE.contains(end);
    }
}

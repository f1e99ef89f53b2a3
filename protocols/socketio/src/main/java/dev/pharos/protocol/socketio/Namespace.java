package dev.pharos.protocol.socketio;

import dev.pharos.http.EventLoop;
import dev.pharos.session.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of a Socket.IO server that clients connect to by its name: its listeners, its sockets and their rooms. Thread-safe.
 *
 * <p>Listeners are called on the loop of the socket's session and must not block. One that throws loses the session.
 */
public final class Namespace {

    private static final System.Logger LOG = System.getLogger(Namespace.class.getName());

    /** Names that the clients' libraries keep for themselves. */
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private static final String NOT_SENT = "an event was sent to nobody, since the log did not take it";
    private static final CompletionStage<@Nullable Void> SENT = CompletableFuture.completedStage(null);

    private final SocketIo server;
    private final String name;
    private final List<Consumer<Socket>> connectListeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Socket, CloseReason>> disconnectListeners = new CopyOnWriteArrayList<>();
    private final Map<String, List<Consumer<SocketEvent>>> listeners = new ConcurrentHashMap<>();
    private final List<Consumer<SocketEvent>> anyListeners = new CopyOnWriteArrayList<>();
    private final Map<EventLoop, NamespaceLane> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private volatile Admission admission = request -> CompletableFuture.completedFuture(true);

    Namespace(SocketIo server, String name) {
        this.server = server;
        this.name = name;
    }

    SocketIo server() {
        return server;
    }

    /** Its name, beginning with {@code /}. */
    public String name() {
        return name;
    }

    /** The number of sockets that are connected. */
    public int size() {
        return size.get();
    }

    // listeners

    /** Decides from now on who may connect; everybody if not set. */
    public Namespace admit(Admission decision) {
        admission = decision;
        return this;
    }

    Admission admission() {
        return admission;
    }

    /** Calls a listener for each socket that has connected. */
    public Namespace onConnect(Consumer<Socket> listener) {
        connectListeners.add(listener);
        return this;
    }

    /** Calls a listener for each socket that has ended. */
    public Namespace onDisconnect(BiConsumer<Socket, CloseReason> listener) {
        disconnectListeners.add(listener);
        return this;
    }

    /** Calls a listener for each event of a name, of any socket. */
    public Namespace on(String event, Consumer<SocketEvent> listener) {
        listeners.computeIfAbsent(event, e -> new CopyOnWriteArrayList<>()).add(listener);
        return this;
    }

    /** Calls a listener for each event of any name. */
    public Namespace onAny(Consumer<SocketEvent> listener) {
        anyListeners.add(listener);
        return this;
    }

    // sending

    /**
     * Sends an event to all sockets, encoded once.
     *
     * @param values as in {@link Socket#emit}
     * @return as of {@link Socket#emit}
     */
    public CompletionStage<?> emit(String event, @Nullable Object... values) {
        return distribute(event(event, values), Set.of(), Set.of());
    }

    /** To the sockets in a room. */
    public Broadcast to(String room) {
        return new Broadcast(this, Set.of(room), Set.of());
    }

    /** To all but those in a room. */
    public Broadcast except(String room) {
        return new Broadcast(this, Set.of(), Set.of(room));
    }

    static List<@Nullable Object> payload(String event, @Nullable Object... values) {
        if (RESERVED.contains(event)) {
            throw new IllegalArgumentException("the event '" + event + "' is the library's own");
        }
        List<@Nullable Object> payload = new ArrayList<>(values.length + 1);
        payload.add(event);
        payload.addAll(java.util.Arrays.asList(values));
        return payload;
    }

    static boolean isReserved(String event) {
        return RESERVED.contains(event);
    }

    EncodedPacket event(String event, @Nullable Object... values) {
        return EncodedPacket.of(Packet.Type.EVENT, name, Packet.NO_ID, payload(event, values));
    }

    /** Sends a packet to those in any of these rooms, or to all if there are none. */
    CompletionStage<?> distribute(EncodedPacket packet, Set<String> rooms, Set<String> except) {
        Recovery log = server.log();
        if (log != null) {
            return log.hub()
                    .publish(List.of(LogRecord.event(name, packet, rooms, except)))
                    .whenComplete((entries, failure) -> {
                        if (failure != null) {
                            LOG.log(System.Logger.Level.ERROR, NOT_SENT, failure);
                        }
                    });
        }
        for (NamespaceLane lane : lanes.values()) {
            if (lane.loop().inLoop()) {
                deliver(lane, packet, rooms, except);
            } else {
                lane.loop().tell(() -> deliver(lane, packet, rooms, except));
            }
        }
        return SENT;
    }

    private static void deliver(NamespaceLane lane, EncodedPacket packet, Set<String> rooms, Set<String> except) {
        lane.forEach(rooms, except, socket -> socket.connection().send(packet));
    }

    // of its sockets

    NamespaceLane lane(EventLoop loop) {
        return lanes.computeIfAbsent(loop, NamespaceLane::new);
    }

    /** From here on it gets what is sent to all; on its loop, so behind what is sent to it now. */
    void add(Socket socket) {
        size.incrementAndGet();
        lane(socket.loop()).add(socket);
    }

    void onConnect(Socket socket) {
        for (Consumer<Socket> listener : connectListeners) {
            listener.accept(socket);
        }
    }

    void onEvent(SocketEvent event) {
        for (Consumer<SocketEvent> listener : listeners.getOrDefault(event.name(), List.of())) {
            listener.accept(event);
        }
        for (Consumer<SocketEvent> listener : anyListeners) {
            listener.accept(event);
        }
    }

    void onDisconnect(Socket socket, CloseReason reason) {
        size.decrementAndGet();
        for (BiConsumer<Socket, CloseReason> listener : disconnectListeners) {
            listener.accept(socket, reason);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

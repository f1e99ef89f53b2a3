package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.hub.Timed;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to one namespace.
 *
 * <p>What sends, joins, leaves and disconnects may be called on any thread, and takes effect in the order of the calls of one
 * thread. Listeners are called on the loop of its session and must not block; they are added there, best when it connects.
 * After its end nothing is sent.
 */
public final class Socket {

    private static final int MOST_ROOMS = 1_000;

    private final Namespace namespace;
    private final String id;
    private final @Nullable String privateId;
    private final Map<String, ? extends @Nullable Object> auth;
    private final boolean recovered;
    private final Connection connection;
    private final Set<String> rooms = Collections.synchronizedSet(new LinkedHashSet<>(2));
    private volatile @Nullable Object attachment;
    private volatile boolean open = true;
    private volatile @Nullable Handshake opening;
    private @Nullable Map<String, List<Consumer<SocketEvent>>> listeners;
    private @Nullable Map<Long, Awaited> awaited;
    private @Nullable List<BiConsumer<Socket, CloseReason>> disconnectListeners;
    private @Nullable Runnable readyListener;
    private @Nullable Runnable drainListener;
    private boolean paused;
    private long lastRequest;
    /** How it is fed from the log; null without recovery. On its loop only. */
    @Nullable
    LogReader reader;
    /** What lies in the log up to here is sent, or was before it connected. On its loop only. */
    long seen;

    Socket(
            Namespace namespace,
            String id,
            @Nullable String privateId,
            Map<String, ? extends @Nullable Object> auth,
            boolean recovered,
            Connection connection) {
        this.namespace = namespace;
        this.id = id;
        this.privateId = privateId;
        this.auth = auth;
        this.recovered = recovered;
        this.connection = connection;
        rooms.add(id);
    }

    /** For one that goes on for an earlier one. */
    Socket restored(Recoverables.Kept kept) {
        rooms.addAll(kept.rooms());
        attachment = kept.attachment();
        return this;
    }

    /** Its public id, also the name of a room that it alone is in. */
    public String id() {
        return id;
    }

    @Nullable
    String privateId() {
        return privateId;
    }

    /** The namespace it is connected to. */
    public Namespace namespace() {
        return namespace;
    }

    /**
     * What the request that opened its session said. What may be secret or long in it goes, as with
     * {@link dev.pharos.session.Session#handshake}, when those have returned that are told that it has connected.
     */
    public Handshake handshake() {
        Handshake whole = opening;
        return whole == null ? connection.session().handshake() : whole;
    }

    void opening(@Nullable Handshake whole) {
        opening = whole;
    }

    /** What the client sent when it connected; empty when nothing. */
    public Map<String, ? extends @Nullable Object> auth() {
        return auth;
    }

    /** Whether it goes on where an earlier connection broke: its id, rooms and attachment are that one's. */
    public boolean recovered() {
        return recovered;
    }

    /** The loop on which its listeners are called. */
    public EventLoop loop() {
        return connection.session().loop();
    }

    /** Whether it has not ended. */
    public boolean isOpen() {
        return open;
    }

    /** Whether what is sent now goes out at once; on its loop only. */
    public boolean ready() {
        return open && connection.session().ready();
    }

    /** The bytes that wait to be sent; on its loop only. */
    public int buffered() {
        return connection.session().buffered();
    }

    /** What the application keeps with it, or null. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** Keeps an object with it, also over a recovery. */
    public void attach(@Nullable Object object) {
        attachment = object;
    }

    // events

    /** Calls a listener for each event of a name; added on its loop. */
    public Socket on(String event, Consumer<SocketEvent> listener) {
        Map<String, List<Consumer<SocketEvent>>> known = listeners;
        if (known == null) {
            known = new HashMap<>();
            listeners = known;
        }
        known.computeIfAbsent(event, e -> new ArrayList<>(1)).add(listener);
        return this;
    }

    /** Calls a listener when it has ended; added on its loop. */
    public Socket onDisconnect(BiConsumer<Socket, CloseReason> listener) {
        List<BiConsumer<Socket, CloseReason>> known = disconnectListeners;
        if (known == null) {
            known = new ArrayList<>(1);
            disconnectListeners = known;
        }
        known.add(listener);
        return this;
    }

    /** Calls a listener when what is sent goes out at once again after it did not; replaces an earlier one. On its loop. */
    public Socket onReady(Runnable listener) {
        readyListener = listener;
        return this;
    }

    /**
     * Calls a listener when the server is going to stop: the last moment to send something. Replaces an earlier one; on its
     * loop.
     */
    public Socket onDrain(Runnable listener) {
        drainListener = listener;
        return this;
    }

    /** Stops reading from its session soon, until {@link #resume}; on its loop only. */
    public void pause() {
        paused = true;
        connection.hold();
    }

    /** Ends a {@link #pause}. */
    public void resume() {
        paused = false;
        connection.hold();
    }

    boolean isPaused() {
        return paused;
    }

    /**
     * Sends an event.
     *
     * @param values as in {@link Arguments}, {@link RawJson} too; maps, lists and arrays of them
     */
    public void emit(String event, @Nullable Object... values) {
        namespace.distribute(namespace.event(event, values), Set.of(id), Set.of());
    }

    /**
     * Sends an event and awaits the client's acknowledgement. It is not sent again on a recovery.
     *
     * @return what the client answered; fails with {@link TimeoutException} when it does not in time, and with
     *     {@link IllegalStateException} when the socket ends before, or too many are awaited. Completes on the socket's loop
     */
    public CompletionStage<Arguments> request(long timeoutMillis, String event, @Nullable Object... values) {
        CompletableFuture<Arguments> answer = new CompletableFuture<>();
        List<@Nullable Object> payload = Namespace.payload(event, values);
        connection.execute(() -> {
            Map<Long, Awaited> waiting = awaited;
            if (waiting == null) {
                waiting = new HashMap<>(4);
                awaited = waiting;
            }
            if (!open || waiting.size() >= namespace.server().options().mostRequests()) {
                answer.completeExceptionally(new IllegalStateException(
                        open ? waiting.size() + " acknowledgements are awaited already" : "the socket has ended"));
                return;
            }
            long number = lastRequest++;
            Awaited one = new Awaited(number, answer);
            waiting.put(number, one);
            connection.timers().schedule(one, timeoutMillis);
            connection.send(EncodedPacket.of(Packet.Type.EVENT, namespace.name(), number, payload));
        });
        return answer;
    }

    /** An acknowledgement that is awaited. */
    private final class Awaited extends Timed {
        private final long number;
        private final CompletableFuture<Arguments> answer;

        Awaited(long number, CompletableFuture<Arguments> answer) {
            this.number = number;
            this.answer = answer;
        }

        @Override
        protected void onDue() {
            if (awaited != null) {
                awaited.remove(number);
            }
            answer.completeExceptionally(new TimeoutException("no acknowledgement came in time"));
        }
    }

    /**
     * Sends packets that were encoded before, as they are: each part is one text packet of this namespace.
     *
     * <p>The same object sent to many is framed once. They are not in the log, so a recovery does not send them again.
     */
    public void send(Encoded packets) {
        connection.execute(() -> {
            if (open) {
                connection.session().send(packets);
            }
        });
    }

    void sendDirectly(EncodedPacket packet) {
        connection.execute(() -> {
            if (open) {
                connection.send(packet);
            }
        });
    }

    /** To the others of its namespace. */
    public Broadcast broadcast() {
        return new Broadcast(namespace, Set.of(), Set.of(id));
    }

    /** To the others in a room. */
    public Broadcast to(String room) {
        return broadcast().to(room);
    }

    // rooms

    /**
     * Joins a room.
     *
     * @throws IllegalStateException when it is in too many
     */
    public void join(String room) {
        if (rooms.size() > MOST_ROOMS) {
            throw new IllegalStateException("a socket is in at most " + MOST_ROOMS + " rooms");
        }
        if (rooms.add(room)) {
            connection.execute(() -> {
                if (open) {
                    namespace.lane(loop()).join(this, room);
                }
            });
        }
    }

    /** Leaves a room. */
    public void leave(String room) {
        if (!room.equals(id) && rooms.remove(room)) {
            connection.execute(() -> namespace.lane(loop()).leave(this, room));
        }
    }

    /** The rooms it is in, that of its id too. */
    public Set<String> rooms() {
        synchronized (rooms) {
            return Set.copyOf(rooms);
        }
    }

    // its end

    /** Ends its connection to the namespace, after what was sent; the session goes on. */
    public void disconnect() {
        connection.execute(() -> connection.disconnect(this));
    }

    /** Ends the whole session after what was sent, with all its namespaces; stock clients then come back. */
    public void close() {
        close(CloseReason.SERVER.code(), "the server closed it");
    }

    /** The same with a close code and a reason, which a WebSocket tells. */
    public void close(int code, String reason) {
        connection.execute(() -> connection.close(code, reason));
    }

    // of its connection

    Connection connection() {
        return connection;
    }

    void onEvent(String event, Arguments arguments, long number) {
        SocketEvent received = new SocketEvent(this, event, arguments, number);
        Map<String, List<Consumer<SocketEvent>>> own = listeners;
        if (own != null) {
            for (Consumer<SocketEvent> listener : List.copyOf(own.getOrDefault(event, List.of()))) {
                listener.accept(received);
            }
        }
        namespace.onEvent(received);
    }

    void onAcknowledgement(long number, Arguments arguments) {
        Awaited one = awaited == null ? null : awaited.remove(number);
        if (one != null) {
            connection.timers().cancel(one);
            one.answer.complete(arguments);
        }
    }

    void onReady() {
        if (reader != null) {
            reader.onReady();
        }
        if (readyListener != null) {
            readyListener.run();
        }
    }

    void onDrain() {
        if (drainListener != null) {
            drainListener.run();
        }
    }

    /** It has ended: it is in no room, nobody is answered. */
    void onEnd(CloseReason reason) {
        open = false;
        if (reader != null) {
            reader.end();
        }
        namespace.lane(loop()).remove(this);
        Map<Long, Awaited> waiting = awaited;
        awaited = null;
        if (waiting != null) {
            for (Awaited one : waiting.values()) {
                connection.timers().cancel(one);
                one.answer.completeExceptionally(new IllegalStateException("the socket has ended"));
            }
        }
        if (disconnectListeners != null) {
            disconnectListeners.forEach(listener -> listener.accept(this, reason));
        }
        namespace.onDisconnect(this, reason);
    }

    @Override
    public String toString() {
        return id + " in " + namespace.name();
    }
}

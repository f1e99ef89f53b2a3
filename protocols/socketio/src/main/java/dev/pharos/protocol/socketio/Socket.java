package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    private final Connection connection;
    private final Namespace namespace;
    private final Identity identity;
    private final Set<String> rooms = Collections.synchronizedSet(new LinkedHashSet<>(2));
    private volatile @Nullable Object attachment;
    private volatile boolean open = true;
    private volatile @Nullable Handshake opening;
    private @Nullable SocketListeners listeners;
    private @Nullable Requests requests;
    private boolean paused;
    /** How it is fed from the log; null when it has no need. On its loop only. */
    @Nullable
    LogReader reader;
    /** What lies in the log up to here is sent, or was before it connected. On its loop only. */
    long seen;

    /** One that is to be connected. */
    Socket(Connection connection, Namespace namespace, Identity identity) {
        this.connection = connection;
        this.namespace = namespace;
        this.identity = identity;
        rooms.add(identity.id());
    }

    /** For one that goes on for an earlier one. */
    Socket restored(Recoverables.Kept kept) {
        rooms.addAll(kept.rooms());
        attachment = kept.attachment();
        return this;
    }

    /** Its public id, also the name of a room that it alone is in. */
    public String id() {
        return identity.id();
    }

    @Nullable
    String privateId() {
        return identity.privateId();
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
        return identity.auth();
    }

    /** What its {@link Admission} completed with. */
    public @Nullable Object admitted() {
        return identity.admitted();
    }

    /** Whether it goes on where an earlier connection broke: its id, rooms and attachment are that one's. */
    public boolean recovered() {
        return identity.recovered();
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

    /** Keeps an object with it, also over a recovery; best a {@link SizedAttachment} then, if a client can make it large. */
    public void attach(@Nullable Object object) {
        attachment = object;
    }

    // events

    private SocketListeners listeners() {
        SocketListeners known = listeners;
        if (known == null) {
            known = new SocketListeners();
            listeners = known;
        }
        return known;
    }

    /** Calls a listener for each event of a name; added on its loop. */
    public Socket on(String event, Consumer<SocketEvent> listener) {
        listeners().add(event, listener);
        return this;
    }

    /** Calls a listener when it has ended; added on its loop. */
    public Socket onDisconnect(BiConsumer<Socket, CloseReason> listener) {
        listeners().addEnd(listener);
        return this;
    }

    /** Calls a listener when what is sent goes out at once again after it did not; replaces an earlier one. On its loop. */
    public Socket onReady(Runnable listener) {
        listeners().setReady(listener);
        return this;
    }

    /**
     * Calls a listener when the server is going to stop: the last moment to send something. Replaces an earlier one; on its
     * loop.
     */
    public Socket onDrain(Runnable listener) {
        listeners().setDrain(listener);
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
     * @return completes when it is on its way, with a log when that has taken it; fails when the log did not, so that nobody
     *     gets it. That is logged as an error also when nobody looks
     */
    public CompletionStage<?> emit(String event, @Nullable Object... values) {
        return namespace.distribute(namespace.event(event, values), Set.of(id()), Set.of());
    }

    /**
     * Sends an event and awaits the client's acknowledgement. It is not sent again on a recovery.
     *
     * @return what the client answered; fails with {@link java.util.concurrent.TimeoutException} when it does not in time, and
     *     with {@link IllegalStateException} when the socket ends before, or too many are awaited. Completes on the socket's
     *     loop
     */
    public CompletionStage<Arguments> request(long timeoutMillis, String event, @Nullable Object... values) {
        CompletableFuture<Arguments> answer = new CompletableFuture<>();
        List<@Nullable Object> payload = Namespace.payload(event, values);
        connection.execute(() -> {
            if (!open) {
                answer.completeExceptionally(Requests.ended());
                return;
            }
            long number = requests().add(answer, timeoutMillis);
            if (number != Packet.NO_ID) {
                connection.send(EncodedPacket.of(Packet.Type.EVENT, namespace.name(), number, payload));
            }
        });
        return answer;
    }

    private Requests requests() {
        Requests known = requests;
        if (known == null) {
            known = new Requests(
                    connection.timers(), namespace.server().options().mostRequests());
            requests = known;
        }
        return known;
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
        return new Broadcast(namespace, Set.of(), Set.of(id()));
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
        if (!room.equals(id()) && rooms.remove(room)) {
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
        if (listeners != null) {
            listeners.onEvent(received);
        }
        namespace.onEvent(received);
    }

    void onAcknowledgement(long number, Arguments arguments) {
        if (requests != null) {
            requests.onAcknowledgement(number, arguments);
        }
    }

    void onReady() {
        if (reader != null) {
            reader.onReady();
        }
        if (listeners != null) {
            listeners.onReady();
        }
    }

    void onDrain() {
        if (listeners != null) {
            listeners.onDrain();
        }
    }

    /** It has ended: it is in no room, nobody is answered. */
    void onEnd(CloseReason reason) {
        namespace.lane(loop()).remove(this);
        end(reason);
        namespace.onDisconnect(this, reason);
    }

    /** The same for one that was not connected yet, so that only its own listeners know of it. */
    void end(CloseReason reason) {
        open = false;
        if (reader != null) {
            reader.end();
        }
        if (requests != null) {
            requests.onEnd();
        }
        if (listeners != null) {
            listeners.onEnd(this, reason);
        }
    }

    @Override
    public String toString() {
        return id() + " in " + namespace.name();
    }
}

package dev.pharos.server;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.log.Cursor;
import dev.pharos.protocol.socketio.Arguments;
import dev.pharos.protocol.socketio.RawJson;
import dev.pharos.protocol.socketio.Socket;
import dev.pharos.protocol.socketio.SocketEvent;
import dev.pharos.protocol.socketio.SocketPackets;
import dev.pharos.session.Handshake;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A socket of Socket.IO as a session of {@code pharos.v1}: events become commands, answers become acknowledgements. On the
 * socket's loop only.
 *
 * <p>{@code subscribe}, {@code unsubscribe}, {@code publish}, {@code token} and {@code ping} have the fields of the command as an object,
 * and are acknowledged with the answer. What answers nothing is sent as an event named by its type.
 */
final class SocketIoGateway implements Session {

    private static final int MOST_UNANSWERED = 1_024;
    /** Of a subscribe command, what a client that comes back would ask for again. */
    private static final List<String> ASKED_AGAIN = List.of("subscription", "topic", "topics", "deliver");

    /** Of any command, what is not the client's to say here: answers are found by it. */
    private static final List<String> OWN = List.of("type", "ref");

    private static final int GOING_AWAY = 1001;
    private static final int TRY_AGAIN_LATER = 1013;

    private final Socket socket;
    private final SessionListener gateway;
    /** Those that wait for an answer, by what this refers to them with. */
    private final Map<String, SocketEvent> unanswered = new LinkedHashMap<>(4) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SocketEvent> eldest) {
            return size() > MOST_UNANSWERED;
        }
    };

    private long commands;
    /** What it was sent, if a client that comes back can go on from there. */
    private final @Nullable Trail trail;
    /** What it goes on with, until that is known to be whole. */
    private @Nullable SocketIoRestoration restoration;
    /** The client does not know of it yet. */
    private boolean isHeld;

    /**
     * For a socket that has connected, or is about to.
     *
     * @param gateway of whoever the socket's admission found
     */
    SocketIoGateway(Socket socket, SessionListener gateway, @Nullable Trail trail) {
        this.socket = socket;
        this.gateway = gateway;
        this.trail = trail;
    }

    /** Gives the socket its gateway. */
    void open() {
        socket.on("subscribe", event -> command("subscribe", event));
        socket.on("unsubscribe", event -> command("unsubscribe", event));
        socket.on("publish", this::publish);
        socket.on("token", event -> command("token", event));
        socket.on("ping", event -> command("ping", event));
        socket.onReady(gateway::onReady);
        socket.onDrain(gateway::onDrain);
        socket.onDisconnect((gone, reason) -> gateway.onClose(reason));
        socket.attach(trail);
        gateway.onOpen(this);
    }

    /**
     * Opens it for a client that has come back, with the subscriptions that it had; nothing of them is sent before
     * {@link #connected}.
     *
     * @param cursors gives the cursor at a position
     * @return whether nothing is missing
     */
    CompletionStage<Boolean> reopen(List<Trail.Place> places, LongFunction<Cursor> cursors) {
        isHeld = true;
        open();
        SocketIoRestoration begun = new SocketIoRestoration();
        restoration = begun;
        for (Trail.Place place : places) {
            String ref = Long.toString(commands++);
            begun.await(ref);
            Objects.requireNonNull(trail).subscribing(ref, place.name(), place.request());
            obey("{\"type\":\"subscribe\",\"ref\":\"" + ref + "\",\"lastEventId\":\"" + cursors.apply(place.position())
                    + "\"," + place.request().substring(1));
        }
        begun.complete();
        return begun.whole();
    }

    /** The client knows of the socket. */
    void connected() {
        socket.attach(trail);
        restoration = null;
        isHeld = false;
        gateway.onReady();
    }

    // commands

    private void command(String type, SocketEvent event) {
        String fields = fields(event, 0, "the argument of '" + type + "'");
        if (fields == null) {
            return;
        }
        String ref = ref(event);
        if (trail != null && type.equals("subscribe") && event.arguments().get(0) instanceof Map<?, ?> asked) {
            note(trail, ref, asked);
        }
        obey("{\"type\":\"" + type + "\"," + written(ref) + (isEmpty(fields) ? "}" : "," + fields.substring(1)));
    }

    private static void note(Trail trail, String ref, Map<?, ?> asked) {
        Map<String, Object> request = new LinkedHashMap<>();
        for (String name : ASKED_AGAIN) {
            Object value = asked.get(name);
            if (isText(value) || (value instanceof List<?> list && list.stream().allMatch(SocketIoGateway::isText))) {
                request.put(name, value);
            }
        }
        String name = String.valueOf(request.getOrDefault("subscription", ""));
        trail.subscribing(ref, name, new String(SocketPackets.json(request), StandardCharsets.UTF_8));
    }

    private static boolean isText(@Nullable Object value) {
        return value instanceof String;
    }

    /** The event is the first argument; a second may have an idempotency key. */
    private void publish(SocketEvent event) {
        Arguments arguments = event.arguments();
        if (arguments.size() == 0) {
            refuse(event, "the argument of 'publish' is an event");
            return;
        }
        String options = fields(event, 1, "the second argument of 'publish'");
        if (options == null) {
            return;
        }
        obey("{\"type\":\"publish\"," + written(ref(event)) + ",\"event\":" + arguments.json(0)
                + (isEmpty(options) ? "}" : "," + options.substring(1)));
    }

    /** An argument as fields of a command, none if it is not there; null when it cannot be that, and the client was told. */
    private static @Nullable String fields(SocketEvent event, int index, String what) {
        Arguments arguments = event.arguments();
        if (arguments.size() <= index) {
            return "{}";
        }
        if (!(arguments.get(index) instanceof Map<?, ?> given)) {
            refuse(event, what + " is an object");
            return null;
        }
        for (String own : OWN) {
            if (given.containsKey(own)) {
                refuse(event, what + " has no field '" + own + "': the event and its acknowledgement stand for it");
                return null;
            }
        }
        return arguments.json(index);
    }

    private static boolean isEmpty(String object) {
        return object.substring(1).stripLeading().startsWith("}");
    }

    private String ref(SocketEvent event) {
        String ref = Long.toString(commands++);
        if (event.wantsAcknowledgement()) {
            unanswered.put(ref, event);
        }
        return ref;
    }

    private static String written(String ref) {
        return "\"ref\":\"" + ref + "\"";
    }

    private void obey(String command) {
        gateway.onMessage(command);
    }

    private static void refuse(SocketEvent event, String sentence) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("type", "error");
        error.put("code", "invalid");
        error.put("message", sentence);
        if (event.wantsAcknowledgement()) {
            event.acknowledge(error);
        } else {
            event.socket().emit("error", error);
        }
    }

    // the session

    @Override
    public String id() {
        return socket.id();
    }

    @Override
    public EventLoop loop() {
        return socket.loop();
    }

    @Override
    public Handshake handshake() {
        return socket.handshake();
    }

    @Override
    public boolean ready() {
        return !isHeld && socket.ready();
    }

    @Override
    public int buffered() {
        return socket.buffered();
    }

    /** Events are packets already, in the form of {@link SocketIoFormat}; anything else is an object. */
    @Override
    public void send(Encoded messages) {
        if (messages.bytes()[messages.start(0)] != '{') {
            socket.send(messages);
            if (trail != null) {
                trail.sent(messages);
            }
            return;
        }
        for (int part = 0; part < messages.parts(); part++) {
            int start = messages.start(part);
            answer(new String(messages.bytes(), start, messages.end(part) - start, StandardCharsets.UTF_8));
        }
    }

    private void answer(String text) {
        GatewayFrame frame = GatewayFrame.of(text);
        if (trail != null) {
            trail.onFrame(frame);
        }
        if (restoration != null && restoration.take(frame)) {
            return;
        }
        SocketEvent asked = frame.ref() == null ? null : unanswered.remove(frame.ref());
        if (asked != null) {
            asked.acknowledge(new RawJson(frame.json()));
        } else if (frame.isForSomebody()) {
            socket.send(packet(frame));
        }
    }

    private Encoded packet(GatewayFrame frame) {
        byte[] json = frame.json().getBytes(StandardCharsets.UTF_8);
        String name = trail != null && frame.type().equals("cursor") ? frame.subscription() : null;
        return trail == null || name == null
                ? SocketPackets.event("/", frame.type(), json)
                : SocketPackets.event("/", frame.type(), json, SocketPackets.json(trail.moved(name, frame.position())));
    }

    @Override
    public void send(byte[] message) {
        throw new UnsupportedOperationException("a gateway sends text");
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    /** A stock client comes back when its connection ends, but not when the server disconnects it. */
    @Override
    public void close(int code, String reason) {
        if (code == GOING_AWAY || code == TRY_AGAIN_LATER) {
            socket.close(code, reason);
        } else {
            socket.disconnect();
        }
    }
}

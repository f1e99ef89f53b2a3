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

    private static final int GOING_AWAY = 1001;
    private static final int TRY_AGAIN_LATER = 1013;

    private final Socket socket;
    private final SessionListener gateway;
    /**
     * A command that is to be answered.
     *
     * @param ref the client's own reference as JSON, or null
     */
    private record Unanswered(SocketEvent event, @Nullable String ref) {}

    /** Those that wait for an answer, by what this refers to them with. */
    private final Map<String, Unanswered> unanswered = new LinkedHashMap<>(4) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Unanswered> eldest) {
            return size() > MOST_UNANSWERED;
        }
    };

    private long commands;
    /** What it was sent, if a client that comes back can go on from there. */
    private final @Nullable Trail trail;
    /** What it goes on with, as long as the client does not know of it. */
    private @Nullable SocketIoRestoration restoration;

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
        socket.on("publish", event -> command("publish", event));
        socket.on("token", event -> command("token", event));
        socket.on("ping", event -> command("ping", event));
        socket.onReady(gateway::onReady);
        socket.onDrain(gateway::onDrain);
        socket.onDisconnect((gone, reason) -> gateway.onClose(reason));
        socket.attach(trail);
        gateway.onOpen(this);
    }

    /**
     * Opens it for a client that has come back, with the subscriptions that it had; the client knows of nothing of it before
     * {@link #connected}.
     *
     * @param cursors gives the cursor at a position
     * @return whether nothing is missing
     */
    CompletionStage<Boolean> reopen(List<Trail.Place> places, LongFunction<Cursor> cursors) {
        SocketIoRestoration begun = new SocketIoRestoration();
        restoration = begun;
        open();
        for (Trail.Place place : places) {
            String ref = Long.toString(commands++);
            begun.await(ref);
            Objects.requireNonNull(trail).subscribing(ref, place.name(), place.request());
            obey(
                    "subscribe",
                    ref,
                    "\"lastEventId\":\"" + cursors.apply(place.position()) + "\"",
                    place.request().substring(1, place.request().length() - 1));
        }
        begun.complete();
        return begun.whole();
    }

    /** The client knows of the socket. */
    void connected() {
        socket.attach(trail);
        restoration = null;
        gateway.onReady();
    }

    // commands

    /** The fields are the first argument; of {@code publish} that is the event, and they are the second. */
    private void command(String type, SocketEvent event) {
        Arguments arguments = event.arguments();
        boolean isPublish = type.equals("publish");
        if (isPublish && arguments.size() == 0) {
            refuse(event, "the argument of 'publish' is an event");
            return;
        }
        CommandFields fields;
        try {
            fields = CommandFields.of(arguments, isPublish ? 1 : 0, type);
        } catch (CommandFields.NoFieldsException bad) {
            refuse(event, String.valueOf(bad.getMessage()));
            return;
        }
        String ref = Long.toString(commands++);
        if (event.wantsAcknowledgement() || fields.ref() != null) {
            unanswered.put(ref, new Unanswered(event, fields.ref()));
        }
        if (trail != null && type.equals("subscribe") && arguments.get(0) instanceof Map<?, ?> asked) {
            note(trail, ref, asked);
        }
        obey(type, ref, isPublish ? "\"event\":" + arguments.json(0) : "", fields.json());
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

    private void obey(String type, String ref, String... fields) {
        StringBuilder command = new StringBuilder("{\"type\":\"" + type + "\",\"ref\":\"" + ref + "\"");
        for (String some : fields) {
            if (!some.isEmpty()) {
                command.append(',').append(some);
            }
        }
        gateway.onMessage(command.append('}').toString());
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
        return restoration == null && socket.ready();
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
        if (restoration != null) {
            restoration.take(frame);
            return;
        }
        Unanswered asked = frame.ref() == null ? null : unanswered.remove(frame.ref());
        GatewayFrame answer = asked == null || asked.ref() == null ? frame : frame.referringTo(asked.ref());
        if (asked != null && asked.event().wantsAcknowledgement()) {
            asked.event().acknowledge(new RawJson(answer.json()));
        } else if (answer.isForSomebody()) {
            socket.send(packet(answer));
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
        } else if (restoration != null) {
            restoration.fail(); // the client is told when it has begun anew
        } else {
            socket.disconnect();
        }
    }
}

package dev.pharos.server;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
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
import java.util.Map;
import java.util.function.Function;
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
    /** With the token, until the gateway has opened. */
    private @Nullable Handshake opening;

    private SocketIoGateway(Socket socket, Handshake opening, SessionListener gateway) {
        this.socket = socket;
        this.opening = opening;
        this.gateway = gateway;
    }

    /** Gives a socket that has just connected its gateway. */
    static void open(Socket socket, Function<Handshake, SessionListener> gateways) {
        Handshake opening = handshake(socket);
        SocketIoGateway session = new SocketIoGateway(socket, opening, gateways.apply(opening));
        socket.on("subscribe", event -> session.command("subscribe", event));
        socket.on("unsubscribe", event -> session.command("unsubscribe", event));
        socket.on("publish", session::publish);
        socket.on("token", event -> session.command("token", event));
        socket.on("ping", event -> session.command("ping", event));
        socket.onReady(session.gateway::onReady);
        socket.onDrain(session.gateway::onDrain);
        socket.onDisconnect((gone, reason) -> session.gateway.onClose(reason));
        session.gateway.onOpen(session);
        session.opening = null;
    }

    /** The token that came with the connect, if any, stands in the place of one that came in a header. */
    private static Handshake handshake(Socket socket) {
        return socket.auth().get("token") instanceof String token && !token.isEmpty() && isHeaderText(token)
                ? socket.handshake().with("Authorization", "Bearer " + token)
                : socket.handshake();
    }

    private static boolean isHeaderText(String token) {
        return token.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    // commands

    private void command(String type, SocketEvent event) {
        Arguments arguments = event.arguments();
        String fields = arguments.size() == 0 ? "{}" : arguments.json(0);
        if (!fields.startsWith("{")) {
            refuse(event, "the argument of '" + type + "' is an object");
            return;
        }
        obey("{\"type\":\"" + type + "\"," + ref(event) + (isEmpty(fields) ? "}" : "," + fields.substring(1)));
    }

    /** The event is the first argument; a second may have an idempotency key. */
    private void publish(SocketEvent event) {
        Arguments arguments = event.arguments();
        if (arguments.size() == 0) {
            refuse(event, "the argument of 'publish' is an event");
            return;
        }
        String options = arguments.size() == 1 ? "{}" : arguments.json(1);
        if (!options.startsWith("{")) {
            refuse(event, "the second argument of 'publish' is an object");
            return;
        }
        obey("{\"type\":\"publish\"," + ref(event) + ",\"event\":" + arguments.json(0)
                + (isEmpty(options) ? "}" : "," + options.substring(1)));
    }

    private static boolean isEmpty(String object) {
        return object.substring(1).stripLeading().startsWith("}");
    }

    private String ref(SocketEvent event) {
        String ref = Long.toString(commands++);
        if (event.wantsAcknowledgement()) {
            unanswered.put(ref, event);
        }
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
        Handshake whole = opening;
        return whole == null ? socket.handshake() : whole;
    }

    @Override
    public boolean ready() {
        return socket.ready();
    }

    @Override
    public int buffered() {
        return socket.buffered();
    }

    /** Events are packets already, in the form of {@link SocketIoFormat}; anything else is an object. */
    @Override
    public void send(Encoded messages) {
        if (messages.bytes()[0] != '{') {
            socket.send(messages);
            return;
        }
        for (int part = 0; part < messages.parts(); part++) {
            int start = messages.start(part);
            answer(new String(messages.bytes(), start, messages.end(part) - start, StandardCharsets.UTF_8));
        }
    }

    private void answer(String frame) {
        GatewayFrame answer = GatewayFrame.of(frame);
        SocketEvent asked = answer.ref() == null ? null : unanswered.remove(answer.ref());
        if (asked != null) {
            asked.acknowledge(new RawJson(answer.json()));
        } else if (answer.isForSomebody()) {
            socket.send(SocketPackets.event("/", answer.type(), answer.json().getBytes(StandardCharsets.UTF_8)));
        }
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

    /**
     * A frame of the gateway that is no event.
     *
     * @param ref what it answers, or null
     * @param json the frame without its reference, which the client does not know
     */
    private record GatewayFrame(String type, @Nullable String ref, String json) {

        private static final String TYPE = "{\"type\":\"";
        private static final String REF = "\"ref\":\"";

        /** The gateway writes {@code type} first, and its own references, which are numbers. */
        static GatewayFrame of(String frame) {
            String type = frame.substring(TYPE.length(), frame.indexOf('"', TYPE.length()));
            int at = frame.indexOf("," + REF);
            if (at < 0) {
                return new GatewayFrame(type, null, frame);
            }
            int begin = at + 1 + REF.length();
            int end = frame.indexOf('"', begin);
            return new GatewayFrame(
                    type, frame.substring(begin, end), frame.substring(0, at) + frame.substring(end + 1));
        }

        /** A client that asked for no acknowledgement is told of errors only. */
        boolean isForSomebody() {
            return ref == null || type.equals("error");
        }
    }
}

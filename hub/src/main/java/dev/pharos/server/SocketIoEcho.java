package dev.pharos.server;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.protocol.socketio.Namespace;
import dev.pharos.protocol.socketio.Socket;
import dev.pharos.protocol.socketio.SocketEvent;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.protocol.socketio.SocketIoOptions;
import dev.pharos.protocol.socketio.engine.EngineIo;
import dev.pharos.protocol.socketio.engine.EngineOptions;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The echoes of Engine.IO and Socket.IO, with the times that their protocols' suites want. */
final class SocketIoEcho {

    private static final EngineOptions ENGINE = EngineOptions.DEFAULT
            .withPings(300, 200)
            .withMaxPayload(1_000_000)
            .withOrigins(AllowedOrigins.of(List.of("*")));

    private final EngineIo engine;
    private final SocketIo server;

    SocketIoEcho(Sessions sessions) {
        engine = new EngineIo(sessions, ENGINE, handshake -> new MessageEcho());
        server = new SocketIo(
                sessions, SocketIoOptions.DEFAULT.withEngine(ENGINE).withConnectTimeoutMillis(1_000));
        Namespace main = server.namespace("/").onConnect(SocketIoEcho::sendAuth);
        main.on("message", event -> event.socket().emit("message-back", values(event)));
        main.on("message-with-ack", event -> event.acknowledge(values(event)));
        server.namespace("/custom").onConnect(SocketIoEcho::sendAuth);
    }

    /** Sends every message back. */
    Handler engine() {
        return engine;
    }

    /** Sends every event back, or acknowledges it with its arguments. */
    Handler server() {
        return server;
    }

    private static void sendAuth(Socket socket) {
        socket.emit("auth", socket.auth());
    }

    private static @Nullable Object[] values(SocketEvent event) {
        return new ArrayList<>(event.arguments().values()).toArray();
    }

    /** Sends back what comes. */
    private static final class MessageEcho implements SessionListener {
        private @Nullable Session session;

        @Override
        public void onOpen(Session opened) {
            session = opened;
        }

        private Session session() {
            return Objects.requireNonNull(session);
        }

        @Override
        public void onMessage(String message) {
            session().send(Encoded.of(message));
        }

        @Override
        public void onBinary(ByteBuffer message) {
            byte[] copy = new byte[message.remaining()];
            message.get(copy);
            session().send(copy);
        }

        @Override
        public void onClose(CloseReason reason) {}
    }
}

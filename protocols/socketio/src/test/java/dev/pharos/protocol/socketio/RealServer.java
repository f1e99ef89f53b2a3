package dev.pharos.protocol.socketio;

import static org.awaitility.Awaitility.await;

import dev.pharos.host.jdk.JdkHost;
import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Host;
import dev.pharos.http.Routes;
import dev.pharos.protocol.socketio.engine.EngineIo;
import dev.pharos.protocol.socketio.engine.EngineOptions;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** An Engine.IO echo at {@code /engine.io/} and a Socket.IO server at {@code /socket.io/}, on a host of the loopback. */
public final class RealServer implements AutoCloseable {

    /** Which host carries it. */
    public enum Carrier {
        NETTY,
        JDK
    }

    public static final EngineOptions QUICK =
            EngineOptions.DEFAULT.withPings(300, 200).withUpgradeTimeoutMillis(300);

    public final Sessions sessions = Sessions.builder().build();
    public final EngineIo engine;
    public final SocketIo server;
    /** Why sessions of the Engine.IO echo ended. */
    public final Queue<CloseReason> ended = new ConcurrentLinkedQueue<>();

    private final Host host;

    public RealServer(Carrier carrier, EngineOptions options) {
        EngineOptions open = options.withOrigins(AllowedOrigins.of(List.of("https://app.example")));
        engine = new EngineIo(sessions, open, handshake -> new Echo());
        server = new SocketIo(sessions, SocketIoOptions.DEFAULT.withEngine(open).withConnectTimeoutMillis(500));
        Routes routes = Routes.builder()
                .at("/engine.io/", engine)
                .at("/socket.io/", server)
                .build();
        host = switch (carrier) {
            case NETTY -> NettyHost.builder(routes).loops(2).start();
            case JDK -> JdkHost.builder(routes).start();
        };
    }

    public int port() {
        return host.port();
    }

    public RawHttp.Answer get(String target, String... lines) throws IOException {
        return request("GET", target, lines);
    }

    public RawHttp.Answer request(String method, String target, String... lines) throws IOException {
        try (RawHttp http = RawHttp.connect(port())) {
            return http.request(method, target, lines).readAnswer();
        }
    }

    public RawHttp.Answer post(String target, byte[] body) throws IOException {
        try (RawHttp http = RawHttp.connect(port())) {
            return http.request("POST", target, "Content-Length: " + body.length)
                    .send(body)
                    .readAnswer();
        }
    }

    public RawHttp.Answer post(String target, String body) throws IOException {
        return post(target, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Opens a session that polls; gives the target of its requests. */
    public String polling(String path) throws IOException {
        String open = path + "?EIO=4&transport=polling";
        String text = get(open).text();
        return open + "&sid=" + sid(text);
    }

    public static String sid(String open) {
        int at = open.indexOf("\"sid\":\"") + 7;
        return open.substring(at, open.indexOf('"', at));
    }

    /** A WebSocket to a target, whose handshake succeeded. */
    public RawWebSocket socket(String target) throws IOException {
        RawHttp http = RawHttp.connect(port());
        http.timeout(Duration.ofSeconds(30));
        return RawWebSocket.open(http, target);
    }

    /** A session that begins with a WebSocket; the open packet has been read. */
    public RawWebSocket session(String path) throws IOException {
        RawWebSocket socket = socket(path + "?EIO=4&transport=websocket");
        socket.read();
        return socket;
    }

    /** WebSockets are told and go; sessions that wait for a poll end with their loops. */
    @Override
    public void close() {
        sessions.drain();
        await().until(() -> engine.counts().webSockets() == 0 && server.counts().webSockets() == 0);
        host.close();
    }

    private final class Echo implements SessionListener {
        private @Nullable Session session;

        private Session session() {
            return java.util.Objects.requireNonNull(session);
        }

        @Override
        public void onOpen(Session opened) {
            session = opened;
        }

        @Override
        public void onMessage(String message) {
            if (message.equals("close me")) {
                session().close(1000, "as you wish");
            } else if (message.equals("separate")) {
                session().send(dev.pharos.http.Encoded.of("a\u001e1"));
            } else {
                session().send(dev.pharos.http.Encoded.of(message));
            }
        }

        @Override
        public void onBinary(ByteBuffer message) {
            byte[] copy = new byte[message.remaining()];
            message.get(copy);
            session().send(copy);
        }

        @Override
        public void onClose(CloseReason reason) {
            ended.add(reason);
        }
    }
}

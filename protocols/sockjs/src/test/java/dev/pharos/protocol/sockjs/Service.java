package dev.pharos.protocol.sockjs;

import dev.pharos.host.jdk.JdkHost;
import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import dev.pharos.http.Routes;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.ManualTime;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Endpoints on a running host of the loopback address, in virtual time: {@code /echo}, and {@code /close}, which says goodbye. */
final class Service implements AutoCloseable {

    /** Which host carries them. */
    enum Carrier {
        JDK,
        NETTY;

        private Host start(Handler handler) {
            return switch (this) {
                case JDK -> JdkHost.builder(handler).start();
                case NETTY -> NettyHost.builder(handler).loops(2).start();
            };
        }
    }

    static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static final AtomicInteger NEXT = new AtomicInteger();

    final ManualTime time = new ManualTime();
    final Sessions sessions = Sessions.builder().scheduler(time).build();
    /** The reasons of the ends of all sessions. */
    final Queue<CloseReason> ends = new ConcurrentLinkedQueue<>();
    /** The sessions of {@code /echo} that were opened. */
    final Queue<Session> opened = new ConcurrentLinkedQueue<>();

    final SockJsProtocol echo;
    final SockJsProtocol close;
    private final Host host;

    Service(Carrier carrier) {
        this(carrier, UnaryOperator.identity());
    }

    Service(Carrier carrier, UnaryOperator<SockJsOptions> change) {
        SockJsOptions options = change.apply(
                SockJsOptions.DEFAULT.withAllowedOrigins(List.of("*")).withResponseLimit(4096));
        echo = SockJsProtocol.at("/echo", sessions, options, handshake -> new Echo());
        close = SockJsProtocol.at("/close", sessions, options, handshake -> new Farewell());
        host = carrier.start(Routes.builder()
                .at("/echo", echo)
                .at("/echo/*", echo)
                .at("/close", close)
                .at("/close/*", close)
                .build());
    }

    int port() {
        return host.port();
    }

    RawHttp connect() throws IOException {
        return RawHttp.connect(host.port());
    }

    /** A URL of a session of its own. */
    static String session(String service) {
        return service + "/000/s" + NEXT.incrementAndGet();
    }

    RawHttp.Answer get(String target, String... lines) throws IOException {
        return answer("GET", target, "", lines);
    }

    RawHttp.Answer post(String target, String body, String... lines) throws IOException {
        return answer("POST", target, body, lines);
    }

    RawHttp.Answer answer(String method, String target, String body, String... lines) throws IOException {
        try (RawHttp http = connect()) {
            return send(http, method, target, body, lines).readAnswer();
        }
    }

    /** Sends a request and does not wait for its answer. */
    RawHttp begin(String method, String target, String... lines) throws IOException {
        return send(connect(), method, target, "", lines);
    }

    private static RawHttp send(RawHttp http, String method, String target, String body, String... lines)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String[] all = new String[lines.length + 1];
        all[0] = "Content-Length: " + bytes.length;
        System.arraycopy(lines, 0, all, 1, lines.length);
        return http.request(method, target, all).send(bytes);
    }

    /** Opens a session and returns its URL. */
    String open(String service) throws IOException {
        String url = session(service);
        String body = post(url + "/xhr", "").text();
        if (!body.equals("o\n")) {
            throw new IOException("instead of an open frame came " + body);
        }
        return url;
    }

    RawWebSocket socket(String service) throws IOException {
        return RawWebSocket.open(connect(), session(service) + "/websocket");
    }

    /** The next chunk of a stream as text, or null at its end. */
    static @Nullable String chunk(RawHttp stream) throws IOException {
        byte[] chunk = stream.readChunk();
        return chunk == null ? null : new String(chunk, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        sessions.drain();
        host.close();
    }

    /** Sends back what comes. */
    private final class Echo implements SessionListener {
        private @Nullable Session session;

        @Override
        public void onOpen(Session open) {
            session = open;
            opened.add(open);
        }

        @Override
        public void onMessage(String message) {
            if (session != null) {
                session.send(Encoded.of(message));
            }
        }

        @Override
        public void onBinary(ByteBuffer message) {}

        @Override
        public void onClose(CloseReason reason) {
            ends.add(reason);
        }
    }

    /** Ends each session at once. */
    private final class Farewell implements SessionListener {

        @Override
        public void onOpen(Session session) {
            session.close(3000, "Go away!");
        }

        @Override
        public void onMessage(String message) {}

        @Override
        public void onBinary(ByteBuffer message) {}

        @Override
        public void onClose(CloseReason reason) {
            ends.add(reason);
        }
    }
}

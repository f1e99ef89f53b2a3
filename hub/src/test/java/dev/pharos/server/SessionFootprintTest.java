package dev.pharos.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an idle session with a subscription costs the hub, over each transport, and that sessions that were left alone leave
 * nothing. The hub is a process of its own, so that only its ends of connections count, in memory and in open files.
 */
@Timeout(120)
class SessionFootprintTest {

    private static final int MOST_BYTES = 6 << 10;
    private static final int FEW = 2_000;
    private static final int MANY = 10_000;
    /** Of a process that does nothing yet, and of what else it opens. */
    private static final int OTHER_FILES = 500;

    private static final String[] JVM = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"};

    private static final String HOST = "Host: 127.0.0.1";

    /** What carries the sessions. */
    enum Carrier {
        SOCKJS_WEBSOCKET,
        SOCKJS_STREAMING,
        SOCKJS_POLLING,
        SOCKETIO_WEBSOCKET,
        SOCKETIO_POLLING,
        SOCKETIO_WEBSOCKET_WITH_RECOVERY,
        SOCKETIO_POLLING_WITH_RECOVERY,
        DUPLEX_STREAM;

        private boolean isConnected() {
            return this != SOCKJS_POLLING && this != SOCKETIO_POLLING && this != SOCKETIO_POLLING_WITH_RECOVERY;
        }

        private Map<String, String> variables() {
            return name().endsWith("_WITH_RECOVERY") ? Map.of("PHAROS_SOCKETIO_RECOVERY", "2m") : Map.of();
        }
    }

    private final ByteBuffer buffer = ByteBuffer.allocate(8192);
    private final List<SocketChannel> connections = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void idleSessionsCostLittleAndLeaveNothing(Carrier carrier) throws Exception {
        int files = FEW + MANY + OTHER_FILES;
        assumeTrue(
                !carrier.isConnected() || OpenFiles.limit() >= files,
                () -> "a process may have " + OpenFiles.limit() + " open files, and for " + MANY
                        + " connections it takes " + files + ": see ulimit -n");
        try (FarHub hub = new FarHub(carrier.variables(), JVM);
                RawHttp http = RawHttp.connect(hub.port())) {
            for (int i = 0; i < FEW; i++) {
                open(carrier, http, hub.port(), "few" + i);
            }
            long before = hub.heap();
            long all = hub.resident();
            for (int i = 0; i < MANY; i++) {
                open(carrier, http, hub.port(), "number" + i);
            }
            long each = (hub.heap() - before) / MANY;
            long outside = (hub.resident() - all) / MANY;
            System.out.printf(
                    "an idle session over %s takes %,d bytes, of %,d, and %,d outside of the heap%n",
                    carrier, each, MANY, outside);
            assertThat(hub.subscriptions()).isEqualTo(FEW + MANY);
            assertThat(each).isBetween(100L, (long) MOST_BYTES);

            for (SocketChannel connection : connections) {
                connection.close();
            }
            await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(60)).until(() -> {
                hub.pass(Duration.ofSeconds(10));
                return hub.subscriptions() == 0;
            });
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
        }
    }

    private void open(Carrier carrier, RawHttp http, int port, String id) throws IOException {
        String sockJs = "/sockjs/000/" + id;
        String socketIo = "/socket.io/?EIO=4&transport=";
        String message = "[\"{\\\"type\\\":\\\"subscribe\\\",\\\"topic\\\":\\\"room/" + id + "\\\"}\"]";
        String event = "420[\"subscribe\",{\"topic\":\"room/" + id + "\"}]";
        switch (carrier) {
            case SOCKJS_WEBSOCKET -> {
                SocketChannel socket = upgrade(port, sockJs + "/websocket");
                until(socket, "\r\n\r\n");
                send(socket, message);
                until(socket, "subscribed");
            }
            case SOCKJS_STREAMING -> {
                SocketChannel stream = connect(port);
                write(stream, head("POST", sockJs + "/xhr_streaming", "Content-Length: 0"));
                until(stream, "o\n\r\n");
                post(http, sockJs + "/xhr_send", message);
                until(stream, "subscribed");
            }
            case SOCKJS_POLLING -> {
                post(http, sockJs + "/xhr", "");
                post(http, sockJs + "/xhr_send", message);
                assertThat(post(http, sockJs + "/xhr", "")).contains("subscribed");
            }
            case DUPLEX_STREAM -> {
                String target = "/events?session=idle-session-of-enough-letters-" + id;
                SocketChannel stream = connect(port);
                write(stream, head("GET", target, "Accept: text/event-stream"));
                until(stream, "id: ");
                post(http, target, "{\"type\":\"subscribe\",\"topic\":\"room/" + id + "\"}");
                until(stream, "subscribed");
            }
            case SOCKETIO_WEBSOCKET, SOCKETIO_WEBSOCKET_WITH_RECOVERY -> {
                SocketChannel socket = upgrade(port, socketIo + "websocket");
                until(socket, "maxPayload");
                send(socket, "40");
                until(socket, "40{");
                send(socket, event);
                until(socket, "430[");
            }
            case SOCKETIO_POLLING, SOCKETIO_POLLING_WITH_RECOVERY -> {
                String opened = get(http, socketIo + "polling");
                int at = opened.indexOf("\"sid\":\"") + 7;
                String target = socketIo + "polling&sid=" + opened.substring(at, opened.indexOf('"', at));
                post(http, target, "40");
                post(http, target, event);
                StringBuilder polled = new StringBuilder();
                while (polled.indexOf("430[") < 0) {
                    polled.append(get(http, target));
                }
            }
        }
    }

    private static String head(String method, String target, String... lines) {
        return method + " " + target + " HTTP/1.1\r\n" + HOST + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String get(RawHttp http, String target) throws IOException {
        return http.send(head("GET", target, "Accept: */*")).readAnswer().text();
    }

    private static String post(RawHttp http, String target, String body) throws IOException {
        RawHttp.Answer answer = http.send(head("POST", target, "Content-Length: " + body.length()) + body)
                .readAnswer();
        assertThat(answer.status()).isIn(200, 204);
        return answer.text();
    }

    private SocketChannel connect(int port) throws IOException {
        SocketChannel connection = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        connections.add(connection);
        return connection;
    }

    private SocketChannel upgrade(int port, String target) throws IOException {
        SocketChannel socket = connect(port);
        write(
                socket,
                head(
                        "GET",
                        target,
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        return socket;
    }

    private static void send(SocketChannel socket, String message) throws IOException {
        socket.write(ByteBuffer.wrap(RawWebSocket.frame(0x80 | RawWebSocket.TEXT, message.getBytes(ISO_8859_1), true)));
    }

    private static void write(SocketChannel to, String text) throws IOException {
        to.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    }

    private void until(SocketChannel from, String part) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(part) < 0) {
            if (from.read(buffer.clear()) < 0) {
                throw new EOFException("instead of " + part + " came " + seen);
            }
            seen.append(ISO_8859_1.decode(buffer.flip()));
        }
    }
}

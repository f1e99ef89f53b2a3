package dev.pharos.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
 * What an idle session with a subscription costs at the whole hub, over each transport of SockJS and Socket.IO, and that
 * sessions that were left alone leave nothing. The test's ends of connections are on the same heap and count as well.
 */
@Timeout(120)
class SessionFootprintTest {

    private static final int MOST_BYTES = 6 << 10;
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final String HOST = "Host: 127.0.0.1";

    /** What carries the sessions. */
    enum Carrier {
        SOCKJS_WEBSOCKET,
        SOCKJS_STREAMING,
        SOCKJS_POLLING,
        SOCKETIO_WEBSOCKET,
        SOCKETIO_POLLING;

        private boolean connected() {
            return this != SOCKJS_POLLING && this != SOCKETIO_POLLING;
        }
    }

    private final ByteBuffer buffer = ByteBuffer.allocate(8192);
    private final List<SocketChannel> connections = new ArrayList<>();
    private final VirtualTime time = new VirtualTime();

    @ParameterizedTest
    @EnumSource
    void idleSessionsCostLittleAndLeaveNothing(Carrier carrier) throws Exception {
        // Both ends of a connection are files of this process.
        int many = carrier.connected() ? Math.min(MANY, (OpenFiles.limit() - 1_000) / 2) : MANY;
        HubServer hub = new HubServer(TestOptions.inMemory(Map.of()), time);
        int port = hub.address().getPort();
        try (RawHttp http = RawHttp.connect(port)) {
            for (int i = 0; i < FEW; i++) {
                open(carrier, http, port, "warm" + i);
            }
            long before = heap();
            for (int i = 0; i < many; i++) {
                open(carrier, http, port, "number" + i);
            }
            long each = (heap() - before) / many;
            System.out.printf("an idle session over %s takes %,d bytes, of %,d%n", carrier, each, many);
            assertThat(hub.stats().subscriptions()).isEqualTo(FEW + many);
            assertThat(each).isBetween(100L, (long) MOST_BYTES);

            for (SocketChannel connection : connections) {
                connection.close();
            }
            await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(60)).until(() -> {
                time.advance(Duration.ofSeconds(10));
                return hub.stats().subscriptions() == 0;
            });
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
            hub.close();
        }
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
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
            case SOCKETIO_WEBSOCKET -> {
                SocketChannel socket = upgrade(port, socketIo + "websocket");
                until(socket, "maxPayload");
                send(socket, "40");
                until(socket, "40{");
                send(socket, event);
                until(socket, "430[");
            }
            case SOCKETIO_POLLING -> {
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

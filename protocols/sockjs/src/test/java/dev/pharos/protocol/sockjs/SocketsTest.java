package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.sockjs.Service.Carrier;
import dev.pharos.session.CloseReason;
import dev.pharos.testkit.RawWebSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions over WebSockets, framed and raw. */
class SocketsTest {

    private final Service service = new Service(Carrier.NETTY, options -> options.withMessageBytes(64 << 10));

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void carriesFrames() throws Exception {
        try (RawWebSocket socket = service.socket("/echo")) {
            assertThat(socket.read().text()).isEqualTo("o");
            socket.text("").text("[]").text("[\"a\",\"\\ud83d\\ude00\"]").text("\"b\"");
            assertThat(socket.read().text()).isEqualTo("a[\"a\"]");
            assertThat(socket.read().text()).isEqualTo("a[\"\\ud83d\\ude00\"]");
            assertThat(socket.read().text()).isEqualTo("a[\"b\"]");
            service.time.pass(Duration.ofSeconds(26));
            assertThat(socket.read().text()).isEqualTo("h");
        }
        await().untilAsserted(() -> assertThat(service.ends).containsExactly(CloseReason.TRANSPORT));
    }

    @Test
    void sessionsMayShareAnId() throws Exception {
        String url = Service.session("/echo") + "/websocket";
        try (RawWebSocket first = RawWebSocket.open(service.connect(), url);
                RawWebSocket second = RawWebSocket.open(service.connect(), url)) {
            assertThat(first.read().text()).isEqualTo("o");
            assertThat(second.read().text()).isEqualTo("o");
            first.text("[\"1\"]");
            second.text("[\"2\"]");
            assertThat(first.read().text()).isEqualTo("a[\"1\"]");
            assertThat(second.read().text()).isEqualTo("a[\"2\"]");
        }
    }

    @Test
    void isClosedBehindItsCloseFrame() throws Exception {
        try (RawWebSocket socket = service.socket("/close")) {
            assertThat(socket.read().text()).isEqualTo("o");
            assertThat(socket.read().text()).isEqualTo("c[3000,\"Go away!\"]");
            assertThat(socket.read().closeCode()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"a", "{}", "[1]", "x", "[[[[[[[["})
    void brokenJsonEndsTheOneSession(String frame) throws Exception {
        try (RawWebSocket other = service.socket("/echo");
                RawWebSocket socket = service.socket("/echo")) {
            socket.read();
            socket.text(frame);
            RawWebSocket.Frame close = socket.read();
            assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1002);
            assertThat(close.closeReason()).isEqualTo("Broken JSON encoding.");
            other.read();
            other.text("[\"well\"]");
            assertThat(other.read().text()).isEqualTo("a[\"well\"]");
            socket.sendClose(1002, "");
            await().untilAsserted(() -> assertThat(service.ends).containsExactly(CloseReason.PROTOCOL_ERROR));
        }
    }

    @Test
    void binaryMessagesAreRefused() throws Exception {
        try (RawWebSocket socket = service.socket("/echo")) {
            socket.read();
            socket.binary(new byte[] {1});
            assertThat(socket.read().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void messagesThatAreTooLargeAreRefused() throws Exception {
        try (RawWebSocket socket = service.socket("/echo")) {
            socket.read();
            socket.text("[\"" + "x".repeat(64 << 10) + "\"]");
            assertThat(socket.read().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void rawSocketsHaveNoFrames() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(service.connect(), "/echo/websocket")) {
            socket.text("Hello world!\uffff");
            assertThat(socket.read().text()).isEqualTo("Hello world!\uffff");
        }
        try (RawWebSocket socket = RawWebSocket.open(service.connect(), "/close/websocket")) {
            RawWebSocket.Frame close = socket.read();
            assertThat(close.closeCode()).isEqualTo(3000);
            assertThat(close.closeReason()).isEqualTo("Go away!");
        }
    }
}

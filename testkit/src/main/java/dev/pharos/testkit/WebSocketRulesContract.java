package dev.pharos.testkit;

import static dev.pharos.testkit.RawWebSocket.BINARY;
import static dev.pharos.testkit.RawWebSocket.CLOSE;
import static dev.pharos.testkit.RawWebSocket.CONTINUATION;
import static dev.pharos.testkit.RawWebSocket.PING;
import static dev.pharos.testkit.RawWebSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Headers;
import dev.pharos.http.WebSocket;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a {@link WebSocket} fails when its peer breaks a rule of RFC 6455. */
abstract class WebSocketRulesContract extends WebSocketChecks {

    private static final WebSocket.Options SMALL = new WebSocket.Options("", 1000, 10, Headers.NONE);
    private static final int PROTOCOL_ERROR = 1002;
    private static final int INVALID_DATA = 1007;
    private static final int TOO_BIG = 1009;

    WebSocketRulesContract(HostContract contract) {
        super(contract);
    }

    @BeforeEach
    void onlyWhereThereAreWebSockets() {
        needs(Capability.WEBSOCKET);
        serveSockets(SMALL, true);
    }

    /** Some bytes that break a rule. */
    private interface Breach {
        void by(RawWebSocket client) throws IOException;
    }

    private void assertFails(int code, Breach breach) throws Exception {
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();
        breach.by(client);
        RawWebSocket.Frame close = client.read();
        assertThat(close.opcode()).isEqualTo(CLOSE);
        assertThat(close.closeCode()).isEqualTo(code);
        client.http().readToEnd();
        socket.awaitClosed();
        assertThat(socket.received()).isZero();
        assertAlive();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void aMessageOfTheLargestSizePasses() throws Exception {
        RawWebSocket client = open();

        assertThat(client.binary(new byte[1000]).readMessage().payload()).hasSize(1000);
        assertThat(client.text("x".repeat(1000)).readMessage().payload()).hasSize(1000);
    }

    @Test
    void aMessageAboveTheLimitIs1009() throws Exception {
        assertFails(TOO_BIG, client -> client.binary(new byte[1001]));
        assertFails(TOO_BIG, client -> client.text("x".repeat(70_000)));
    }

    @Test
    void aLengthAboveAllLimitsIs1009BeforeItsBytesCome() throws Exception {
        assertFails(
                TOO_BIG,
                client -> client.sendRaw(bytes(0x82, 0xff, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4)));
    }

    @Test
    void fragmentsThatAreTooBigTogetherAre1009() throws Exception {
        assertFails(
                TOO_BIG, client -> client.send(false, BINARY, new byte[600]).send(true, CONTINUATION, new byte[600]));
    }

    @Test
    void tooManyFragmentsAre1009() throws Exception {
        assertFails(TOO_BIG, client -> {
            client.send(false, BINARY, new byte[1]);
            for (int i = 0; i < 10; i++) {
                client.send(false, CONTINUATION, new byte[0]);
            }
        });
    }

    @Test
    void asManyFragmentsAsAllowedPass() throws Exception {
        RawWebSocket client = open();
        client.send(false, BINARY, new byte[1]);
        for (int i = 0; i < 8; i++) {
            client.send(false, CONTINUATION, new byte[1]);
        }
        client.send(true, CONTINUATION, new byte[1]);

        assertThat(client.readMessage().payload()).hasSize(10);
    }

    @Test
    void textThatIsNotUtf8Is1007() throws Exception {
        assertFails(INVALID_DATA, client -> client.send(true, TEXT, bytes(0xff)));
        assertFails(INVALID_DATA, client -> client.send(true, TEXT, bytes('a', 0xc3)));
        assertFails(INVALID_DATA, client -> client.send(true, TEXT, bytes(0xed, 0xa0, 0x80)));
        assertFails(INVALID_DATA, client -> client.send(true, TEXT, bytes(0xc0, 0x80)));
        assertFails(INVALID_DATA, client -> client.send(true, TEXT, bytes(0xf4, 0x90, 0x80, 0x80)));
        assertFails(
                INVALID_DATA,
                client -> client.send(false, TEXT, bytes('a', 0xe2, 0x82)).send(true, CONTINUATION, bytes('b')));
    }

    @Test
    void anUnmaskedFrameIs1002() throws Exception {
        assertFails(PROTOCOL_ERROR, client -> client.sendRaw(RawWebSocket.frame(0x81, bytes('a'), false)));
    }

    @Test
    void aReservedBitIs1002() throws Exception {
        assertFails(PROTOCOL_ERROR, client -> client.send(true, 0x40 | TEXT, bytes('a')));
        assertFails(PROTOCOL_ERROR, client -> client.send(true, 0x10 | PING, bytes()));
    }

    @Test
    void aReservedOpcodeIs1002() throws Exception {
        assertFails(PROTOCOL_ERROR, client -> client.send(true, 0x3, bytes('a')));
        assertFails(PROTOCOL_ERROR, client -> client.send(true, 0xb, bytes()));
    }

    @Test
    void fragmentsOutOfPlaceAre1002() throws Exception {
        assertFails(PROTOCOL_ERROR, client -> client.send(true, CONTINUATION, bytes('a')));
        assertFails(
                PROTOCOL_ERROR, client -> client.send(false, TEXT, bytes('a')).send(true, TEXT, bytes('b')));
    }

    @Test
    void controlFramesAreShortAndWhole() throws Exception {
        assertFails(PROTOCOL_ERROR, client -> client.send(true, PING, new byte[126]));
        assertFails(PROTOCOL_ERROR, client -> client.send(false, PING, bytes('a')));
    }

    @Test
    void aCloseThatIsNotAllowedIs1002() throws Exception {
        assertFails(PROTOCOL_ERROR, client -> client.send(true, CLOSE, bytes(3)));
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535}) {
            assertFails(PROTOCOL_ERROR, client -> client.sendClose(code, ""));
        }
    }

    @Test
    void aCloseWhoseReasonIsNotUtf8Fails() throws Exception {
        assertFails(INVALID_DATA, client -> client.send(true, CLOSE, bytes(0x03, 0xe8, 0xff)));
    }
}

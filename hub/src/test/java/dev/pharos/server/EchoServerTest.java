package dev.pharos.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The echo application with the JDK's client. */
class EchoServerTest {

    private static final int FRAGMENTS = 65_536;
    private static final int FRAGMENT = 64;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Receiver receiver = new Receiver();
    private EchoServer server;
    private WebSocket client;

    @BeforeEach
    void connect() throws Exception {
        server = EchoServer.start(new EchoOptions(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        URI uri = URI.create("ws://127.0.0.1:" + server.address().getPort() + "/echo/websocket");
        client = http.newWebSocketBuilder().buildAsync(uri, receiver).get(30, SECONDS);
    }

    @AfterEach
    void close() {
        client.abort();
        server.close();
        http.close();
    }

    @Test
    void returnsAMessageOfTheMostFragmentsThatAnEmptyFrameEnds() throws Exception {
        byte[] message = message(FRAGMENTS * FRAGMENT);
        for (int i = 0; i < FRAGMENTS; i++) {
            send(ByteBuffer.wrap(message, i * FRAGMENT, FRAGMENT), false);
        }
        send(ByteBuffer.allocate(0), true);

        assertThat(receiver.message.get(30, SECONDS)).isEqualTo(message);
    }

    @Test
    void refusesAMessageOfMoreFragments() throws Exception {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            for (int i = 0; i < FRAGMENTS + 2; i++) {
                send(one.duplicate(), false);
            }
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }

        assertThat(receiver.closed.get(30, SECONDS)).isEqualTo(1009);
    }

    @Test
    void returnsTheLargestMessage() throws Exception {
        byte[] message = message(16 << 20);
        send(ByteBuffer.wrap(message), true);

        assertThat(receiver.message.get(30, SECONDS)).isEqualTo(message);
    }

    private void send(ByteBuffer bytes, boolean last) throws Exception {
        client.sendBinary(bytes, last).get(30, SECONDS);
    }

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i++) {
            message[i] = (byte) (i * 31 + (i >> 8));
        }
        return message;
    }

    /** Keeps the first message and the close code. */
    private static final class Receiver implements WebSocket.Listener {
        private final CompletableFuture<byte[]> message = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            parts.writeBytes(part);
            if (last) {
                message.complete(parts.toByteArray());
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            message.completeExceptionally(new IOException("closed with " + code + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            message.completeExceptionally(error);
            closed.completeExceptionally(error);
        }
    }
}

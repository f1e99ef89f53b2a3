package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.ClientAddresses;
import dev.pharos.auth.RefusedException;
import dev.pharos.protocol.socketio.RealServer.Carrier;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session has a place under the caps from its handshake to its end, however that comes. */
@Timeout(120)
class PlacesTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String PATH = "/socket.io/";
    private static final String POLLING = PATH + "?EIO=4&transport=polling";
    private static final String WEB_SOCKET = PATH + "?EIO=4&transport=websocket";

    private final Caps caps = new Caps(0, 1, 0, ClientAddresses.DIRECT, System::nanoTime);
    private final RealServer server = new RealServer(Carrier.NETTY, RealServer.QUICK);

    /** How a session ends. */
    enum Way {
        NEVER_POLLED,
        POLL_GIVEN_UP,
        CLOSED_BY_POLL,
        MALFORMED,
        TOO_LARGE,
        TWO_POLLS,
        SOCKET_CLOSED,
        SOCKET_CUT,
        SOCKET_MALFORMED,
        CONNECTED_AND_CLOSED_BY_SERVER,
        LISTENER_FAILED
    }

    PlacesTest() {
        server.server.caps(caps);
        server.server.namespace("/").on("close", event -> event.socket().close());
        server.server.namespace("/fails").onConnect(socket -> {
            throw new IllegalStateException("as it happens");
        });
        server.server.namespace("/fails").onDisconnect((socket, reason) -> {
            throw new IllegalStateException("once more");
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private boolean isTaken() {
        Caps.@Nullable Lease lease;
        try {
            lease = caps.enter(new InetSocketAddress(LOOPBACK, 1), name -> List.of(), Caller.OPEN);
        } catch (RefusedException full) {
            return true;
        }
        if (lease != null) {
            lease.close();
        }
        return false;
    }

    @Test
    void whoHasTooManyIsTurnedAway() throws IOException {
        try (RawWebSocket first = server.session(PATH).text("40")) {
            assertThat(first.read().text()).startsWith("40{");
            RawHttp.Answer polling = server.get(POLLING);
            assertThat(polling.status()).isEqualTo(429);
            assertThat(polling.head().get("Retry-After")).isEqualTo("5");
            assertThat(polling.text()).isEqualTo("{\"code\":3,\"message\":\"Too many connections of this client\"}");
            try (RawWebSocket second = server.socket(WEB_SOCKET)) {
                assertThat(second.read().closeCode()).isEqualTo(1013);
            }
            assertThat(server.server.counts().polling()).isZero();
        }
        await().until(() -> !isTaken());
        assertThat(server.get(POLLING).status()).isEqualTo(200);
    }

    private static void readToClose(RawWebSocket socket) throws IOException {
        try (socket) {
            while (socket.read().opcode() != RawWebSocket.CLOSE) {
                // what was sent before
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void thePlaceIsGivenBack(Way way) throws IOException {
        switch (way) {
            case NEVER_POLLED -> server.polling(PATH);
            case POLL_GIVEN_UP -> {
                String polling = server.polling(PATH);
                RawHttp http = RawHttp.connect(server.port());
                http.request("GET", polling);
                http.reset();
            }
            case CLOSED_BY_POLL -> server.post(server.polling(PATH), "1");
            case MALFORMED -> server.post(server.polling(PATH), "abc");
            case TOO_LARGE -> server.post(server.polling(PATH), "4".repeat(1_000_001));
            case TWO_POLLS -> {
                String polling = server.polling(PATH);
                try (RawHttp http = RawHttp.connect(server.port())) {
                    http.request("GET", polling);
                    server.get(polling);
                }
            }
            case SOCKET_CLOSED -> server.session(PATH).close();
            case SOCKET_CUT -> server.session(PATH).http().reset();
            case SOCKET_MALFORMED -> readToClose(server.session(PATH).text("x"));
            case CONNECTED_AND_CLOSED_BY_SERVER ->
                readToClose(server.session(PATH).text("40").text("42[\"close\"]"));
            case LISTENER_FAILED -> readToClose(server.session(PATH).text("40/fails,"));
        }
        await().until(() -> !isTaken());
        await().until(() -> server.sessions.size() == 0);
    }

    @Test
    void thePlaceIsTakenFromTheHandshakeOn() throws IOException {
        String polling = server.polling(PATH);
        assertThat(isTaken()).isTrue();
        server.post(polling, "1");
        await().until(() -> !isTaken());
    }
}

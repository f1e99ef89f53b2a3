package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostGuardTest {

    private final HostGuard guard = HostGuard.around(
            (request, reply) -> reply.send(Response.text(200, "passed")), List.of("Hub.Example", "other.example:8080"));

    private Response answer(InetSocketAddress local, String... hosts) {
        Answer answer = new Answer();
        guard.handle(new Head(local, List.of(hosts)), answer);
        if (answer.response == null) {
            throw new AssertionError("no answer");
        }
        return answer.response;
    }

    private static InetSocketAddress at(String literal, int port) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:7070",
                "LocalHost:1",
                "localhost.",
                "localhost.:7070",
                "app.localhost:7070",
                "127.0.0.1",
                "127.0.0.1:7070",
                "127.0.0.1:9",
                "127.255.0.3:80",
                "[::1]",
                "[::1]:7070",
                "[0:0:0:0:0:0:0:1]:7070",
                "[::ffff:127.0.0.1]",
                "hub.example",
                "HUB.example:443",
                "hub.example.",
                "other.example:8080",
                "localhost:",
            })
    void passesWhatNamesThisServer(String host) throws Exception {
        assertThat(answer(at("127.0.0.1", 7070), host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:7070",
                "localhost.evil.example",
                "evillocalhost",
                "127.0.0.1.evil.example",
                "127.0.0.1evil",
                "127.0.0.256",
                "127.1",
                "0127.0.0.1",
                "128.0.0.1:7070",
                "0.0.0.0:7070",
                "192.0.2.1:7070",
                "[::2]:7070",
                "[::1].evil.example",
                "[::1",
                "::1",
                "[]",
                "[::1]:70:70",
                "localhost:evil",
                "localhost:7070@evil.example",
                "user@localhost",
                "other.example",
                "other.example:8081",
                "hub.example:8080.evil.example",
                "",
                ":7070",
                ".",
            })
    void refusesEverythingElse(String host) throws Exception {
        Response refused = answer(at("127.0.0.1", 7070), host);

        assertThat(refused.status()).isEqualTo(421);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("'Host'", "'" + host + "'", "127.0.0.1:7070", "hub.example")
                .hasLineCount(1);
    }

    @Test
    void passesTheAddressAndPortItCameInAt() throws Exception {
        InetSocketAddress local = at("192.0.2.1", 7070);
        assertThat(answer(local, "192.0.2.1:7070").status()).isEqualTo(200);
        assertThat(answer(local, "192.0.2.1:7071").status()).isEqualTo(421);
        assertThat(answer(local, "192.0.2.1").status()).isEqualTo(421);
        assertThat(answer(local, "192.0.2.2:7070").status()).isEqualTo(421);
        assertThat(answer(at("192.0.2.1", 80), "192.0.2.1").status()).isEqualTo(200);

        InetSocketAddress six = at("2001:db8::1", 7070);
        assertThat(answer(six, "[2001:db8::1]:7070").status()).isEqualTo(200);
        assertThat(answer(six, "[2001:DB8:0::1]:7070").status()).isEqualTo(200);
        assertThat(answer(six, "[2001:db8::2]:7070").status()).isEqualTo(421);
    }

    @Test
    void judgesEveryHost() throws Exception {
        assertThat(answer(at("127.0.0.1", 7070), "localhost", "evil.example").status())
                .isEqualTo(421);
    }

    @Test
    void passesWhatIsNoBrowsers() throws Exception {
        assertThat(answer(at("127.0.0.1", 7070)).status()).isEqualTo(200);
    }

    @Test
    void showsALongHostShortened() throws Exception {
        assertThat(answer(at("127.0.0.1", 7070), "x".repeat(10_000)).body()).hasSizeLessThan(500);
    }

    @Test
    void refusesAnEmptyName() {
        assertThatThrownBy(() -> HostGuard.around((request, reply) -> {}, List.of(" ")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private record Head(SocketAddress localAddress, List<String> hosts) implements Request {

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public @Nullable String query() {
            return null;
        }

        @Override
        public @Nullable String header(String name) {
            return hosts.isEmpty() ? null : hosts.getFirst();
        }

        @Override
        public List<String> headers(String name) {
            return name.equals("Host") ? hosts : List.of();
        }

        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public Body body() {
            throw new AssertionError("the guard reads no body");
        }

        @Override
        public EventLoop loop() {
            throw new AssertionError("the guard needs no loop");
        }
    }

    private static final class Answer implements Reply {
        private @Nullable Response response;

        @Override
        public void send(Response sent) {
            response = sent;
        }

        @Override
        public ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener) {
            throw new AssertionError("no stream");
        }

        @Override
        public boolean speaksWebSocket() {
            return false;
        }

        @Override
        public UpgradeSupport upgradeSupport() {
            return UpgradeSupport.NOT_ASKED;
        }

        @Override
        public void upgrade(WebSocket.Options options, WebSocket.Listener listener) {
            throw new AssertionError("no upgrade");
        }

        @Override
        public void onAbort(Runnable action) {}
    }
}

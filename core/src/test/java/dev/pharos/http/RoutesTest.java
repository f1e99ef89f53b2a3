package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private final List<String> called = new ArrayList<>();

    @Test
    void prefersExactThenLongestPrefix() {
        Routes routes = Routes.builder()
                .at("/*", named("root"))
                .at("/a/*", named("a"))
                .at("/a/b/*", named("ab"))
                .at("/a/b/c", named("exact"))
                .at("/a/", named("slash"))
                .build();
        for (String path : List.of("/", "/a", "/a/", "/a/x", "/a/b", "/a/b/", "/a/b/c", "/a/b/c/", "/a/b/cd", "/b")) {
            assertThat(get(routes, path)).isNull();
        }
        assertThat(called).containsExactly("root", "root", "slash", "a", "a", "ab", "exact", "ab", "ab", "root");
    }

    @Test
    void answers404WithASentence() {
        Routes routes =
                Routes.builder().at("/a", named("a")).at("/b/*", named("b")).build();
        for (String path : List.of("/", "/aa", "/a/", "/b", "/A", "*")) {
            Response response = answer(routes, path);
            assertThat(response.status()).isEqualTo(404);
            assertThat(new String(response.body(), StandardCharsets.UTF_8))
                    .isEqualTo("there is nothing at " + path + "\n");
        }
        assertThat(called).isEmpty();
    }

    @Test
    void shortensLongPathsIn404() {
        Response response = answer(Routes.builder().build(), "/" + "x".repeat(10_000));
        assertThat(response.body()).hasSizeLessThan(200);
    }

    @Test
    void isNotChangedByItsBuilder() {
        Routes.Builder builder = Routes.builder().at("/a", named("a"));
        Routes routes = builder.build();
        builder.at("/b", named("b"));
        assertThat(get(routes, "/b")).isNotNull();
    }

    @Test
    void refusesUnclearRoutes() {
        Routes.Builder builder = Routes.builder().at("/a", named("a")).at("/a/*", named("b"));
        assertThatThrownBy(() -> builder.at("/a", named("c"))).hasMessageContaining("'/a' already");
        assertThatThrownBy(() -> builder.at("/a/*", named("c"))).hasMessageContaining("'/a/*' already");
        for (String path : List.of("", "a", "*", "a/*", "/a*", "/*/b", "/a/**")) {
            assertThatThrownBy(() -> builder.at(path, named("c")))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + path + "'");
        }
    }

    private Handler named(String name) {
        return (request, reply) -> called.add(name);
    }

    private static Response answer(Routes routes, String path) {
        return Objects.requireNonNull(get(routes, path));
    }

    private static @Nullable Response get(Routes routes, String path) {
        Sent sent = new Sent();
        routes.handle(new Get(path), sent);
        return sent.response;
    }

    private static final class Sent implements Reply {
        private @Nullable Response response;

        @Override
        public void send(Response answer) {
            response = answer;
        }

        @Override
        public ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener) {
            throw new UnsupportedOperationException();
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
            throw new IllegalStateException();
        }

        @Override
        public void onAbort(Runnable action) {}
    }

    private record Get(String path) implements Request {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public @Nullable String query() {
            return null;
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress(0);
        }

        @Override
        public SocketAddress localAddress() {
            return new InetSocketAddress(0);
        }

        @Override
        public Body body() {
            throw new UnsupportedOperationException();
        }

        @Override
        public EventLoop loop() {
            throw new UnsupportedOperationException();
        }
    }
}

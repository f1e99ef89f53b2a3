package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.socketio.RealServer.Carrier;
import dev.pharos.protocol.socketio.engine.EngineOptions;
import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that has paused takes no more packets, also not those of a request that has come whole. */
@Timeout(120)
class PausedApplicationTest {

    private final RealServer server = new RealServer(Carrier.NETTY, EngineOptions.DEFAULT);
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Socket> held = new CompletableFuture<>();
    private String session = "";

    @BeforeEach
    void connect() throws IOException {
        server.server
                .namespace("/")
                .on("hold", event -> {
                    event.socket().pause();
                    held.complete(event.socket());
                })
                .on("next", event -> heard.add("next"));
        session = server.polling("/socket.io/");
        server.post(session, "40");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawHttp send(String... events) throws IOException {
        String body = "42[\"" + String.join("\"]\u001E42[\"", events) + "\"]";
        RawHttp post = RawHttp.connect(server.port());
        post.timeout(Duration.ofSeconds(20));
        return post.request("POST", session, "Content-Length: " + body.length()).send(body);
    }

    @Test
    void theRestComesWhenItResumes() throws Exception {
        try (RawHttp post = send("hold", "next", "next")) {
            Socket socket = held.get(30, TimeUnit.SECONDS);
            assertThat(post.silentFor(Duration.ofMillis(100))).isTrue();
            assertThat(heard).isEmpty();
            socket.loop().execute(socket::resume);
            assertThat(post.readAnswer().text()).isEqualTo("ok");
        }
        assertThat(heard).hasSize(2);
    }

    @Test
    void theRestGoesWithTheSession() throws Exception {
        try (RawHttp post = send("hold", "next")) {
            held.get(30, TimeUnit.SECONDS).close();
            assertThat(post.readAnswer().status()).isEqualTo(400);
        }
        assertThat(heard).isEmpty();
    }
}

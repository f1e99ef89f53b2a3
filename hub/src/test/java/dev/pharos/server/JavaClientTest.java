package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's own {@link HttpClient} against the whole hub. */
@Timeout(120)
class JavaClientTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable HubServer hub;
    private String events = "";

    @BeforeEach
    void startHub() throws IOException {
        HubServer started = HubServer.start(TestOptions.inMemory(Map.of()));
        hub = started;
        events = "127.0.0.1:" + started.address().getPort() + "/events";
    }

    @AfterEach
    void stopHub() {
        client.shutdownNow();
        if (hub != null) {
            hub.close();
        }
    }

    @Test
    void readsAStreamByLines() throws Exception {
        HttpResponse<Stream<String>> stream = client.send(get("?topic=t").build(), BodyHandlers.ofLines());
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        String id = publish("one");
        try (Stream<String> lines = stream.body()) {
            assertThat(lines.filter(line -> !line.startsWith(":") && !line.startsWith("retry:"))
                            .limit(2))
                    .containsExactly("data: one", "id: " + id);
        }
    }

    @Test
    void resumesFromItsLastEventId() throws Exception {
        String first = publish("one");
        publish("two");
        HttpResponse<InputStream> stream =
                client.send(get("?topic=t").header("Last-Event-ID", first).build(), BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Last-Event-ID")).hasValue(first);
        try (InputStream body = stream.body()) {
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("data: two\n") < 0) {
                seen.append((char) body.read());
            }
            assertThat(seen).doesNotContain("data: one");
        }
    }

    @Test
    void pollsAndWaits() throws Exception {
        var waiting = client.sendAsync(
                get("?topic=t&wait=30").header("Accept", "application/json").build(), BodyHandlers.ofString());
        await().until(() -> running().stats().subscriptions() == 1);
        publish("one");
        assertThat(waiting.get(30, TimeUnit.SECONDS).body()).contains("\"state\":\"live\"", "\"data\":\"one\"");
    }

    @Test
    void readsAWebSocket() throws Exception {
        Frames frames = new Frames();
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("pharos.v1")
                .buildAsync(URI.create("ws://" + events + "?topic=t"), frames)
                .get(30, TimeUnit.SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("pharos.v1");
        await().until(() -> frames.whole.stream().anyMatch(frame -> frame.contains("\"subscribed\"")));
        publish("one");
        await().until(() -> frames.whole.stream().anyMatch(frame -> frame.contains("\"data\":\"one\"")));
        socket.abort();
    }

    private HubServer running() {
        return Objects.requireNonNull(hub);
    }

    private HttpRequest.Builder get(String query) {
        return HttpRequest.newBuilder(URI.create("http://" + events + query));
    }

    private String publish(String data) throws IOException, InterruptedException {
        HttpRequest request = get("").header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("topic=t&data=" + data))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private static final class Frames implements WebSocket.Listener {
        final Queue<String> whole = new ConcurrentLinkedQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                whole.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}

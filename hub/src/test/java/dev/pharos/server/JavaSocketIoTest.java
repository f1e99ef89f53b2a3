package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stock Java client of Socket.IO against the whole hub. */
@Timeout(120)
class JavaSocketIoTest {

    private @Nullable HubServer hub;
    private @Nullable Socket socket;

    @BeforeEach
    void startHub() throws IOException {
        hub = HubServer.start(TestOptions.inMemory(Map.of()));
    }

    @AfterEach
    void stopHub() {
        if (socket != null) {
            socket.close();
        }
        if (hub != null) {
            hub.close();
        }
    }

    private static JSONObject ask(Socket socket, String command, Object argument) throws Exception {
        CompletableFuture<JSONObject> answer = new CompletableFuture<>();
        socket.emit(command, new Object[] {argument}, (Ack) values -> answer.complete((JSONObject) values[0]));
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static String metrics(HubServer hub) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + hub.address().getPort() + "/metrics");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    void subscribesPublishesAndReads(String transports) throws Exception {
        IO.Options options = new IO.Options();
        options.forceNew = true;
        options.transports = transports.split(",", -1);
        HubServer running = java.util.Objects.requireNonNull(hub);
        Socket client =
                IO.socket(URI.create("http://127.0.0.1:" + running.address().getPort()), options);
        socket = client;
        Queue<String> data = new ConcurrentLinkedQueue<>();
        client.on("event", values -> data.add(((JSONObject) values[0]).optString("data")));
        client.connect();
        assertThat(ask(client, "subscribe", new JSONObject(Map.of("topic", "java")))
                        .get("state"))
                .isEqualTo("live");
        for (String each : new String[] {"one", "two é"}) {
            JSONObject answer = ask(client, "publish", new JSONObject(Map.of("topic", "java", "data", each)));
            assertThat(answer.getString("type")).isEqualTo("published");
            assertThat(answer.getString("id")).startsWith("pos:");
        }
        await().untilAsserted(() -> assertThat(data).containsExactly("one", "two é"));
        boolean onSocket = transports.endsWith("websocket");
        await().untilAsserted(() -> assertThat(metrics(running))
                .containsPattern("(?m)transport=.socketio-websocket.} " + (onSocket ? 1 : 0) + "$")
                .containsPattern("(?m)transport=.socketio-polling.} " + (onSocket ? 0 : 1) + "$"));
        assertThat(ask(client, "subscribe", new JSONObject()).get("code")).isEqualTo("exists");
    }

    /** Its line breaks, and then the hub is stopped as one does, and started anew on its log. */
    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    void continuesWithItsCursor(String transports, @TempDir Path directory) throws Exception {
        Map<String, String> onDisk = Map.of("PHAROS_MEMORY", "false", "PHAROS_DATA", directory.toString());
        HubServer first = HubServer.start(TestOptions.inMemory(onDisk));
        try (Line line = new Line(first.address().getPort())) {
            IO.Options options = new IO.Options();
            options.forceNew = true;
            options.reconnectionDelay = 20;
            options.reconnectionDelayMax = 50;
            options.transports = transports.split(",", -1);
            Socket client = IO.socket(URI.create("http://127.0.0.1:" + line.port()), options);
            socket = client;
            Queue<String> data = new ConcurrentLinkedQueue<>();
            Queue<Object> states = new ConcurrentLinkedQueue<>();
            AtomicReference<String> cursor = new AtomicReference<>("");
            client.on("event", values -> {
                cursor.set(((JSONObject) values[0]).optString("id"));
                data.add(((JSONObject) values[0]).optString("data"));
            });
            client.on(
                    Socket.EVENT_CONNECT,
                    values -> client.emit(
                            "subscribe",
                            new Object[] {new JSONObject(Map.of("topic", "java", "lastEventId", cursor.get()))},
                            (Ack) answer -> states.add(((JSONObject) answer[0]).opt("state"))));
            client.connect();
            await().untilAsserted(() -> assertThat(states).containsExactly("live"));
            publish(first, "one");
            await().untilAsserted(() -> assertThat(data).containsExactly("one"));

            await().until(() -> {
                line.cut(); // which may find no request, between two polls
                return !client.connected() || states.size() > 1;
            });
            publish(first, "two");
            await().untilAsserted(() -> assertThat(data).containsExactly("one", "two"));

            line.leadTo(0);
            first.close();
            await().until(() -> !client.connected());
            try (HubServer second = HubServer.start(TestOptions.inMemory(onDisk))) {
                publish(second, "three");
                line.leadTo(second.address().getPort());
                await().untilAsserted(() -> assertThat(data).containsExactly("one", "two", "three"));
                publish(second, "four");
                await().untilAsserted(() -> assertThat(data).containsExactly("one", "two", "three", "four"));
                assertThat(states).contains("resumed").doesNotContain("lost");
                client.close();
            }
        } finally {
            first.close();
        }
    }

    private static void publish(HubServer hub, String data) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + hub.address().getPort() + "/events");
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("topic=java&data=" + data))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }
}

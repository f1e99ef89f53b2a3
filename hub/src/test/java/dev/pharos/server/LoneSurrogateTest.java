package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half of a pair of surrogates, which has no encoding, is refused at every door of the hub. */
@Timeout(120)
class LoneSurrogateTest {

    private static final String ESCAPED = "\\ud800";
    private static final String REFUSED = "has the lone surrogate U+D800 at 0";

    private final HubServer hub = startHub();

    private static HubServer startHub() {
        try {
            return HubServer.start(TestOptions.inMemory(Map.of("PHAROS_OPEN", "true")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private RawHttp connect() throws IOException {
        RawHttp http = RawHttp.connect(hub.address().getPort());
        http.timeout(Duration.ofSeconds(20));
        return http;
    }

    private void refusesBody(String target, String type, String body, String sentence) throws IOException {
        try (RawHttp http = connect()) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            RawHttp.Answer answer = http.request(
                            "POST", target, "Content-Type: " + type, "Content-Length: " + bytes.length)
                    .send(bytes)
                    .readAnswer();
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.text()).contains(sentence);
        }
    }

    @Test
    void inFormsAndJson() throws IOException {
        String event = "{\"topic\":\"" + ESCAPED + "\"}";
        refusesBody("/events", "application/x-www-form-urlencoded", "topic=%ED%A0%80", "UTF-8");
        refusesBody("/events", "application/json", event, REFUSED);
        refusesBody("/events", "application/x-ndjson", event, REFUSED);
    }

    @Test
    void inQueries() throws IOException {
        try (RawHttp http = connect()) {
            assertThat(http.get("/events?wait=0&topic=%ED%A0%80", "Accept: application/json")
                            .readAnswer()
                            .status())
                    .isEqualTo(400);
        }
    }

    /** What comes before and behind a message of {@code pharos.v1}, quotes escaped or not, by what carries it. */
    @ParameterizedTest
    @ValueSource(strings = {"/events", "/sockjs/websocket", "/sockjs/0/0/websocket"})
    void inCommands(String target) throws IOException {
        boolean isQuoted = target.endsWith("0/websocket");
        for (String command : new String[] {
            "{\"type\":\"subscribe\",\"topic\":\"" + ESCAPED + "\"}",
            "{\"type\":\"publish\",\"event\":{\"topic\":\"" + ESCAPED + "\"}}"
        }) {
            try (RawWebSocket socket = RawWebSocket.open(connect(), target)) {
                if (isQuoted) {
                    assertThat(socket.readMessage().text()).isEqualTo("o");
                    // the escape of JSON in JSON, and then the character itself as SockJS carries it
                    String twice = command.replace("\\", "\\\\").replace("\"", "\\\"");
                    String once = command.replace("\"", "\\\"");
                    for (String framed : new String[] {twice, once}) {
                        socket.text("[\"" + framed + "\"]");
                        assertThat(socket.readMessage().text()).contains(REFUSED);
                    }
                } else {
                    socket.text(command);
                    assertThat(socket.readMessage().text())
                            .contains("\"code\":\"invalid\"")
                            .contains(REFUSED);
                }
            }
        }
    }

    @Test
    void inEventsOfSocketIo() throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(connect(), "/socket.io/?EIO=4&transport=websocket")) {
            socket.readMessage();
            socket.text("40");
            assertThat(socket.readMessage().text()).startsWith("40{");
            for (String command : new String[] {"subscribe", "publish"}) {
                socket.text("421[\"" + command + "\",{\"topic\":\"" + ESCAPED + "\"}]");
                assertThat(socket.readMessage().text())
                        .startsWith("431[{\"type\":\"error\",\"code\":\"invalid\"")
                        .contains(REFUSED);
            }
        }
    }
}

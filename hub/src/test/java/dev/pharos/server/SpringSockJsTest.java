package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.sockjs.client.RestTemplateXhrTransport;
import org.springframework.web.socket.sockjs.client.SockJsClient;
import org.springframework.web.socket.sockjs.client.Transport;
import org.springframework.web.socket.sockjs.client.WebSocketTransport;
import org.springframework.web.socket.sockjs.frame.AbstractSockJsMessageCodec;

/** Spring's client of SockJS against the whole hub. */
@Timeout(120)
class SpringSockJsTest {

    /** What carries its messages. */
    enum Carrier {
        WEBSOCKET,
        XHR_STREAMING,
        XHR_POLLING;

        Transport transport() {
            if (this == WEBSOCKET) {
                return new WebSocketTransport(new StandardWebSocketClient());
            }
            RestTemplateXhrTransport xhr = new RestTemplateXhrTransport();
            xhr.setXhrStreamingDisabled(this == XHR_POLLING);
            return xhr;
        }
    }

    private final Queue<String> messages = new ConcurrentLinkedQueue<>();
    private @Nullable HubServer hub;

    @BeforeEach
    void startHub() throws IOException {
        hub = HubServer.start(TestOptions.inMemory(Map.of()));
    }

    @AfterEach
    void stopHub() {
        Objects.requireNonNull(hub).close();
    }

    @ParameterizedTest
    @EnumSource
    void subscribesPublishesAndReads(Carrier carrier) throws Exception {
        int port = Objects.requireNonNull(hub).address().getPort();
        SockJsClient client = new SockJsClient(List.of(carrier.transport()));
        client.setMessageCodec(new Codec());
        WebSocketSession session = client.execute(new Listener(), "http://127.0.0.1:" + port + "/sockjs")
                .get(30, TimeUnit.SECONDS);
        try {
            session.sendMessage(new TextMessage("{\"type\":\"subscribe\",\"topic\":\"spring\"}"));
            awaitMessage("\"type\":\"subscribed\"");
            session.sendMessage(new TextMessage(
                    "{\"type\":\"publish\",\"ref\":\"1\",\"event\":{\"topic\":\"spring\",\"data\":\"grüße\"}}"));
            awaitMessage("\"type\":\"published\"");
            awaitMessage("\"data\":\"grüße\"");
            assertThat(session.isOpen()).isTrue();
        } finally {
            session.close();
            client.stop();
        }
    }

    /** Its line breaks, and then the hub is started anew on its log; each time the application opens another session. */
    @ParameterizedTest
    @EnumSource
    void continuesWithItsCursor(Carrier carrier, @TempDir Path directory) throws Exception {
        Map<String, String> onDisk = Map.of("PHAROS_MEMORY", "false", "PHAROS_DATA", directory.toString());
        SockJsClient client = new SockJsClient(List.of(carrier.transport()));
        client.setMessageCodec(new Codec());
        HubServer first = HubServer.start(TestOptions.inMemory(onDisk));
        try (Line line = new Line(first.address().getPort())) {
            String url = "http://127.0.0.1:" + line.port() + "/sockjs";
            WebSocketSession session = client.execute(new Listener(), url).get(30, TimeUnit.SECONDS);
            session.sendMessage(new TextMessage("{\"type\":\"subscribe\",\"topic\":\"spring\"}"));
            awaitMessage("\"state\":\"live\"");
            publish(session, "one");
            awaitMessage("\"data\":\"one\"");

            WebSocketSession broken = session;
            await().until(() -> {
                line.cut(); // which may find no request, between two polls
                return !broken.isOpen();
            });
            WebSocketSession again = client.execute(new Listener(), url).get(30, TimeUnit.SECONDS);
            publish(again, "two"); // before it reads
            awaitMessage("\"type\":\"published\"");
            resume(again);
            awaitMessage("\"data\":\"two\"");

            first.close();
            await().until(() -> !again.isOpen());
            try (HubServer second = HubServer.start(TestOptions.inMemory(onDisk))) {
                line.leadTo(second.address().getPort());
                WebSocketSession third = client.execute(new Listener(), url).get(30, TimeUnit.SECONDS);
                publish(third, "three");
                resume(third);
                awaitMessage("\"data\":\"three\"");
                assertThat(ofEvents("data")).containsExactly("one", "two", "three");
                third.close();
            }
        } finally {
            client.stop();
            first.close();
        }
    }

    /** A field of each event that it has read. */
    private List<String> ofEvents(String field) throws JSONException {
        List<String> values = new ArrayList<>();
        for (String message : messages) {
            JSONObject event = new JSONObject(message).optJSONObject("event");
            if (event != null) {
                values.add(event.getString(field));
            }
        }
        return values;
    }

    private void resume(WebSocketSession session) throws IOException, JSONException {
        String cursor = ofEvents("id").getLast();
        session.sendMessage(
                new TextMessage("{\"type\":\"subscribe\",\"topic\":\"spring\",\"lastEventId\":\"" + cursor + "\"}"));
    }

    private static void publish(WebSocketSession session, String data) throws IOException {
        session.sendMessage(
                new TextMessage("{\"type\":\"publish\",\"event\":{\"topic\":\"spring\",\"data\":\"" + data + "\"}}"));
    }

    private void awaitMessage(String part) {
        await().untilAsserted(() -> assertThat(messages).anyMatch(message -> message.contains(part)));
    }

    private final class Listener extends TextWebSocketHandler {
        @Override
        protected void handleTextMessage(WebSocketSession session, TextMessage message) {
            messages.add(message.getPayload());
        }
    }

    /** Arrays of texts, without a library that binds objects. */
    private static final class Codec extends AbstractSockJsMessageCodec {

        @Override
        public String @Nullable [] decode(String content) throws IOException {
            try {
                JSONArray array = new JSONArray(content);
                String[] texts = new String[array.length()];
                for (int i = 0; i < texts.length; i++) {
                    texts[i] = array.getString(i);
                }
                return texts;
            } catch (JSONException malformed) {
                throw new IOException(malformed);
            }
        }

        @Override
        public String @Nullable [] decodeInputStream(InputStream content) throws IOException {
            return decode(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        }

        @Override
        protected char[] applyJsonQuoting(String content) {
            String quoted = JSONObject.quote(content);
            return quoted.substring(1, quoted.length() - 1).toCharArray();
        }
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.events.RealHub.Carrier;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client written from {@code docs/http-api.md} alone, with nothing but the JDK, reads, publishes and changes transports. */
@Timeout(120)
class StrangerTest {

    /** The client: its only state is the cursor. */
    private static final class Client implements AutoCloseable {
        private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\"");
        private static final Pattern CURSOR = Pattern.compile("\"lastEventId\":\"([^\"]*)\"");
        private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");

        private final HttpClient http = HttpClient.newHttpClient();
        private final String url;
        private String cursor = "";

        Client(int port) {
            url = "http://localhost:" + port + "/events";
        }

        /** Publishes one event; gives its id. */
        String publish(String topic, String data) throws IOException, InterruptedException {
            String form = "topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8) + "&data="
                    + URLEncoder.encode(data, StandardCharsets.UTF_8);
            var request = HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form));
            return http.send(request.build(), BodyHandlers.ofString()).body();
        }

        private HttpRequest.Builder get(String query) {
            var request = HttpRequest.newBuilder(URI.create(url + query));
            return cursor.isEmpty() ? request : request.header("Last-Event-ID", cursor);
        }

        /** Reads events of a stream until there are so many, then leaves. */
        List<String> stream(String topic, int count) throws IOException, InterruptedException {
            List<String> events = new ArrayList<>();
            List<String> data = new ArrayList<>();
            var request =
                    get("?topic=" + topic).header("Accept", "text/event-stream").header("Cache-Control", "no-cache");
            try (Stream<String> lines =
                    http.send(request.build(), BodyHandlers.ofLines()).body()) {
                String id = cursor;
                for (Iterator<String> each = lines.iterator(); events.size() < count && each.hasNext(); ) {
                    String line = each.next();
                    if (line.startsWith("data: ")) {
                        data.add(line.substring(6));
                    } else if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.isEmpty()) {
                        cursor = id;
                        if (!data.isEmpty()) {
                            events.add(String.join("\n", data));
                        }
                        data.clear();
                    }
                }
            }
            return events;
        }

        /** One poll. */
        List<String> poll(String topic, int wait) throws IOException, InterruptedException {
            var request = get("?topic=" + topic + "&wait=" + wait).header("Accept", "application/json");
            String answer = http.send(request.build(), BodyHandlers.ofString()).body();
            cursor = first(CURSOR, answer);
            return DATA.matcher(answer).results().map(match -> match.group(1)).toList();
        }

        /** Reads events over a WebSocket until there are so many, then leaves. */
        List<String> socket(String topic, int count) throws InterruptedException {
            var frames = new LinkedBlockingQueue<String>();
            WebSocket.Listener listener = new WebSocket.Listener() {
                private final StringBuilder message = new StringBuilder();

                @Override
                public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                    message.append(part);
                    if (last) {
                        frames.add(message.toString());
                        message.setLength(0);
                    }
                    socket.request(1);
                    return null;
                }
            };
            WebSocket socket = http.newWebSocketBuilder()
                    .subprotocols("pharos.v1")
                    .buildAsync(URI.create(url.replace("http:", "ws:")), listener)
                    .join();
            socket.sendText(
                    "{\"type\":\"subscribe\",\"topic\":\"" + topic + "\",\"lastEventId\":\"" + cursor + "\"}", true);
            List<String> events = new ArrayList<>();
            while (events.size() < count) {
                String frame = frames.poll(30, TimeUnit.SECONDS);
                if (frame == null) {
                    throw new AssertionError("no frame");
                } else if (frame.startsWith("{\"type\":\"event\"")) {
                    cursor = first(ID, frame);
                    events.add(first(DATA, frame));
                }
            }
            socket.abort();
            return events;
        }

        private static String first(Pattern pattern, String text) {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.find()) {
                throw new AssertionError("no " + pattern + " in " + text);
            }
            return matcher.group(1);
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void readsPublishesAndPolls(Carrier carrier) throws Exception {
        try (RealHub hub = new RealHub(carrier);
                Client client = new Client(hub.port())) {
            assertThat(client.poll("news", 0)).isEmpty();
            assertThat(client.publish("news", "one\ntwo")).startsWith("pos:");
            client.publish("other", "x");
            client.publish("news", "three");

            assertThat(client.stream("news", 1)).containsExactly("one\ntwo");
            assertThat(client.poll("news", 10)).containsExactly("three");
            assertThat(client.poll("news", 0)).isEmpty();
            client.publish("news", "four");
            assertThat(client.stream("news", 1)).containsExactly("four");
        }
    }

    @Test
    void changesToAWebSocketAndBack() throws Exception {
        try (RealHub hub = new RealHub(Carrier.NETTY);
                Client client = new Client(hub.port())) {
            client.poll("news", 0);
            for (int i = 1; i <= 6; i++) {
                client.publish("news", "event " + i);
            }

            assertThat(client.socket("news", 2)).containsExactly("event 1", "event 2");
            assertThat(client.stream("news", 2)).containsExactly("event 3", "event 4");
            assertThat(client.socket("news", 1)).containsExactly("event 5");
            assertThat(client.poll("news", 10)).containsExactly("event 6");
        }
    }
}

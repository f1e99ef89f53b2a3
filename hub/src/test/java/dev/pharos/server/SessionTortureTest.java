package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients of SockJS and Socket.IO whose connections are cut at random, while events are published and by the clients too.
 *
 * <p>A connection that is cut between answers, or in the middle of an upload, leaves the session; one that is cut while the
 * session waits on it ends the session, and the client comes back with its cursor. Each reads every event once and in order.
 */
@Timeout(120)
class SessionTortureTest {

    private static final int EVENTS = 300;
    private static final int CLIENTS = 3;
    private static final Pattern EVENT = Pattern.compile("\\Wid\\W+(pos:[a-z0-9]+\\.[a-z0-9]+)\\W.*?n=(\\d+);");

    private final long seed = System.nanoTime() & 0xFFFFFF;

    /** How a client reads. */
    enum Reading {
        XHR,
        XHR_STREAMING,
        EVENTSOURCE,
        SOCKETIO_POLLING
    }

    @ParameterizedTest
    @EnumSource
    void whoseConnectionsAreCutMissNothing(Reading reading) throws Exception {
        System.out.println("seed " + seed + " for " + reading);
        try (HubServer hub = HubServer.start(TestOptions.inMemory(Map.of()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = hub.address().getPort();
            List<Future<Client>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(reading, port, i, new Random(seed + i));
                clients.add(threads.submit(client::run));
            }
            int cuts = 0;
            int sessions = 0;
            for (Future<Client> client : clients) {
                Client done = client.get(100, TimeUnit.SECONDS);
                assertThat(done.seen)
                        .as("seed %d", seed)
                        .isEqualTo(IntStream.range(0, EVENTS).boxed().toList());
                cuts += done.cuts;
                sessions += done.sessions;
            }
            System.out.printf(
                    "%s: %d clients, %d events each, %d cuts, %d sessions%n", reading, CLIENTS, EVENTS, cuts, sessions);
            assertThat(cuts).isGreaterThan(CLIENTS);
            assertThat(sessions).isGreaterThan(CLIENTS);
        }
    }

    /** One client: a topic of its own, to which it also publishes, over one session after another. */
    private static final class Client {
        private final Reading reading;
        private final int port;
        private final String topic;
        private final Random random;
        private final List<Integer> seen = new ArrayList<>();
        private String cursor = "earliest";
        private String url = "";
        private int published;
        private int cuts;
        private int sessions;
        private @Nullable RawHttp kept;

        Client(Reading reading, int port, int number, Random random) {
            this.reading = reading;
            this.port = port;
            this.topic = "torture/" + number;
            this.random = random;
        }

        Client run() throws IOException {
            while (seen.size() < EVENTS) {
                session();
            }
            drop();
            return this;
        }

        private boolean socketIo() {
            return reading == Reading.SOCKETIO_POLLING;
        }

        private void session() throws IOException {
            sessions++;
            if (socketIo()) {
                String open = request("GET", "/socket.io/?EIO=4&transport=polling", "")
                        .text();
                int at = open.indexOf("\"sid\":\"") + 7;
                url = "/socket.io/?EIO=4&transport=polling&sid=" + open.substring(at, open.indexOf('"', at));
                request("POST", url, "40");
            } else {
                url = "/sockjs/" + random.nextInt(1_000) + "/" + topic.replace('/', '-') + "-" + sessions;
                assertThat(request("POST", url + "/xhr", "").text()).isEqualTo("o\n");
            }
            command("subscribe", "{\"topic\":\"" + topic + "\",\"lastEventId\":\"" + cursor + "\"}");
            boolean alive = true;
            while (alive && seen.size() < EVENTS) {
                for (int i = random.nextInt(8); i > 0 && published < EVENTS; i--) {
                    publish();
                }
                alive = read();
            }
        }

        // up

        private void publish() throws IOException {
            String event = "{\"topic\":\"" + topic + "\",\"data\":\"n=" + published + ";\"}";
            command("publish", socketIo() ? event : "{\"event\":" + event + "}");
            published++;
        }

        /** Sends a command; now and then a first attempt breaks off in the middle. */
        private void command(String type, String arguments) throws IOException {
            String target;
            String body;
            if (socketIo()) {
                target = url;
                body = "42[\"" + type + "\"," + arguments + "]";
            } else {
                String json = "{\"type\":\"" + type + "\"," + arguments.substring(1);
                target = url + "/xhr_send";
                body = "[\"" + json.replace("\"", "\\\"") + "\"]";
            }
            // Whoever breaks off an upload ends a session of Engine.IO, here as at its reference server (polling.ts,
            // onDataRequest).
            if (!socketIo() && random.nextInt(6) == 0) {
                cuts++;
                try (RawHttp broken = RawHttp.connect(port)) {
                    broken.send(head("POST", target, body.length()) + body.substring(0, random.nextInt(body.length())));
                    cut(broken);
                }
            }
            RawHttp.Answer answer = request("POST", target, body);
            assertThat(answer.status()).isEqualTo(socketIo() ? 200 : 204);
        }

        // down

        /** Reads a while; false when the session has ended with its connection. */
        private boolean read() throws IOException {
            return switch (reading) {
                case XHR -> poll("POST", url + "/xhr");
                case SOCKETIO_POLLING -> poll("GET", url);
                case XHR_STREAMING -> stream("POST", url + "/xhr_streaming");
                case EVENTSOURCE -> stream("GET", url + "/eventsource");
            };
        }

        private boolean poll(String method, String target) throws IOException {
            if (random.nextInt(12) == 0 || (published == EVENTS && random.nextInt(4) == 0)) {
                cuts++;
                try (RawHttp broken = RawHttp.connect(port)) {
                    broken.send(head(method, target, 0));
                    cut(broken);
                }
                return false;
            }
            if (published == seen.size() && published < EVENTS) {
                publish();
            }
            RawHttp.Answer answer = request(method, target, "");
            assertThat(answer.status()).isEqualTo(200);
            String text = answer.text();
            take(text);
            if (text.contains("\u001e2") || text.startsWith("2")) {
                request("POST", target, "3");
            }
            return true;
        }

        private boolean stream(String method, String target) throws IOException {
            try (RawHttp stream = RawHttp.connect(port)) {
                stream.send(head(method, target, 0));
                assertThat(stream.readHead().status()).isEqualTo(200);
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(20); i >= 0 && seen.size() < EVENTS; i--) {
                    while (published < EVENTS && (published == seen.size() || random.nextInt(3) > 0)) {
                        publish();
                    }
                    byte[] chunk = stream.readChunk();
                    if (chunk == null) {
                        return true;
                    }
                    text.append(new String(chunk, StandardCharsets.UTF_8));
                    text.delete(0, take(text));
                }
                cuts++;
                cut(stream);
                return false;
            }
        }

        /** Notes whole events; gives where the last one ends. */
        private int take(CharSequence text) {
            Matcher event = EVENT.matcher(text);
            int end = 0;
            while (event.find()) {
                cursor = event.group(1);
                seen.add(Integer.valueOf(event.group(2)));
                end = event.end();
            }
            return end;
        }

        // connections

        private void cut(RawHttp connection) throws IOException {
            if (random.nextBoolean()) {
                connection.reset();
            } else {
                connection.close();
            }
        }

        private void drop() throws IOException {
            RawHttp old = kept;
            kept = null;
            if (old != null) {
                cut(old);
            }
        }

        private RawHttp.Answer request(String method, String target, String body) throws IOException {
            if (random.nextInt(5) == 0) {
                cuts += kept == null ? 0 : 1;
                drop();
            }
            RawHttp http = kept;
            if (http == null) {
                http = RawHttp.connect(port).timeout(Duration.ofSeconds(40));
                kept = http;
            }
            return http.send(head(method, target, body.length()) + body).readAnswer();
        }

        private static String head(String method, String target, int length) {
            return method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + "\r\n\r\n";
        }
    }
}

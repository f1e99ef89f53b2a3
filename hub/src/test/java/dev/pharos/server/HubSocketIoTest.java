package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.auth.jwt.SigningKey;
import dev.pharos.auth.jwt.TokenMint;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hub by Socket.IO: who may connect, and who gets back what was missed. */
@Timeout(120)
class HubSocketIoTest {

    private static final Pattern CONNECT = Pattern.compile("40\\{\"sid\":\"([^\"]*)\"(?:,\"pid\":\"([^\"]*)\")?\\}");
    private static final Pattern EVENT =
            Pattern.compile("42\\[\"event\",\\{.*\"data\":\"([^\"]*)\".*},\"([^\"]*)\",\"([^\"]*)\"\\]");
    private static final String SECRET = "old 456789abcdef0123456789abcdef";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private @Nullable HubServer hub;

    private int port() {
        return Objects.requireNonNull(hub).address().getPort();
    }

    private void start(Map<String, String> variables) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("PHAROS_OPEN", "true"));
        all.putAll(variables);
        hub = HubServer.start(TestOptions.inMemory(all));
    }

    private void startWithKeys(Map<String, String> more) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), SECRET);
        Map<String, String> all = new HashMap<>(Map.of("PHAROS_AUTHORIZATION_KEYS_0_SECRET_FILE", key.toString()));
        all.putAll(more);
        hub = HubServer.start(TestOptions.inMemory(all));
    }

    @AfterEach
    void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    private static String token(String subject) {
        return TokenMint.draft07()
                .publish("", "*")
                .subscribe("", "*")
                .subject(subject)
                .sign(SigningKey.secret(SECRET.getBytes(StandardCharsets.UTF_8)));
    }

    /** A client's side, with what it got so far. */
    private static final class Client {
        private final RawWebSocket socket;
        private String sid = "";
        private String pid = "";
        private @Nullable String offset;
        private int asked;

        Client(RawWebSocket socket) {
            this.socket = socket;
        }

        String read() throws IOException {
            return socket.readMessage().text();
        }

        /** The data of the next event, behind its subscription. */
        String event() throws IOException {
            for (; ; ) {
                String packet = read();
                Matcher event = EVENT.matcher(packet);
                if (event.matches()) {
                    offset = event.group(3);
                    return event.group(2) + " " + event.group(1);
                }
                assertThat(packet).startsWith("42[\"cursor\"");
            }
        }

        String ask(String command, String argument) throws IOException {
            socket.text("42" + asked++ + "[\"" + command + "\"," + argument + "]");
            return read();
        }

        void subscribe(String name, String topic) throws IOException {
            assertThat(ask("subscribe", "{\"subscription\":\"" + name + "\",\"topic\":\"" + topic + "\"}"))
                    .contains("\"subscribed\"");
        }

        void cut() throws IOException {
            socket.http().reset();
        }
    }

    private Client open() throws IOException {
        RawHttp http = RawHttp.connect(port());
        http.timeout(Duration.ofSeconds(30));
        RawWebSocket socket = RawWebSocket.open(http, "/socket.io/?EIO=4&transport=websocket");
        socket.read();
        return new Client(socket);
    }

    private Client connect(String auth) throws IOException {
        Client client = open();
        client.socket.text("40" + auth);
        String packet = client.read();
        Matcher connected = CONNECT.matcher(packet);
        assertThat(connected.matches()).as(packet).isTrue();
        client.sid = connected.group(1);
        client.pid = String.valueOf(connected.group(2));
        return client;
    }

    private Client back(Client before) throws IOException {
        String offset = before.offset == null ? "" : ",\"offset\":\"" + before.offset + "\"";
        return connect("{\"pid\":\"" + before.pid + "\"" + offset + "}");
    }

    private void awaitGone() {
        await().until(() -> Objects.requireNonNull(hub).stats().subscriptions() == 0);
    }

    private void publish(Client by, String topic, String data) throws IOException {
        assertThat(by.ask("publish", "{\"topic\":\"" + topic + "\",\"data\":\"" + data + "\"}"))
                .contains("\"published\"");
    }

    @Test
    void withoutTheOptionNothingIsAddedToEvents() throws IOException {
        start(Map.of());
        Client client = connect("");
        assertThat(client.pid).isEqualTo("null");
        client.subscribe("s", "t");
        client.socket.text("42[\"publish\",{\"topic\":\"t\",\"data\":\"x\"}]");
        assertThat(client.read()).startsWith("42[\"event\",{").endsWith("},\"s\"]");
        client.socket.close();
    }

    @Test
    void refusesArgumentsThatSayAnotherCommand() throws IOException {
        start(Map.of("PHAROS_SOCKETIO_RECOVERY", "2m"));
        Client client = connect("");
        for (String command : new String[] {
            "\"subscribe\",{\"topic\":\"t\",\"ref\":5}",
            "\"subscribe\",{\"topic\":\"t\",\"ref\":\"" + "x".repeat(129) + "\"}",
            "\"ping\",{\"type\":\"subscribe\",\"topic\":\"t\"}",
            "\"publish\"",
            "\"publish\",{\"topic\":\"t\"},{\"type\":\"ping\"}",
            "\"publish\",{\"topic\":\"t\"},[]",
            "\"ping\",[]"
        }) {
            client.socket.text("427[" + command + "]");
            assertThat(client.read())
                    .as(command)
                    .matches("437\\[\\{\"type\":\"error\",\"code\":\"invalid\",\"message\":\"(the )?argument .*");
        }
        assertThat(client.ask("ping", "{}")).contains("\"pong\"");
        client.subscribe("s", "t");
        client.socket.close();
    }

    @Test
    void takesMessagesOfTheCommandProtocolAsTheyAre() throws IOException {
        start(Map.of("PHAROS_SOCKETIO_RECOVERY", "2m"));
        Client client = connect("");
        assertThat(client.ask("ping", "{\"type\":\"ping\",\"ref\":\"a\\\"b\\u00e9\"}"))
                .isEqualTo("430[{\"type\":\"pong\",\"ref\":\"a\\\"bé\"}]");
        assertThat(client.ask("ping", "{\"ref\":null,\"other\":[{}]}")).isEqualTo("431[{\"type\":\"pong\"}]");
        assertThat(client.ask(
                        "subscribe",
                        "{ \"ref\" : \"0\", \"topics\":[\"t\"],\"type\":\"subscribe\",\"subscription\":\"s\"}"))
                .contains("\"subscribed\"")
                .endsWith("\"ref\":\"0\"}]");
        assertThat(client.ask(
                        "publish", "{\"topic\":\"else\",\"type\":\"mine\"},{\"ref\":\"7\",\"idempotencyKey\":\"k\"}"))
                .contains("\"published\"")
                .endsWith(",\"ref\":\"7\"}]");
        client.socket.text("42[\"unsubscribe\",{\"subscription\":\"nobody\",\"ref\":\"x\"}]");
        assertThat(client.read())
                .startsWith("42[\"error\",{\"type\":\"error\",\"code\":\"unknown\"")
                .endsWith(",\"ref\":\"x\"}]");
        client.socket.close();
    }

    @Test
    void whoComesBackGetsWhatEachSubscriptionMissed() throws IOException {
        start(Map.of("PHAROS_SOCKETIO_RECOVERY", "2m"));
        Client publisher = connect("");
        Client client = connect("");
        client.subscribe("a", "one");
        client.subscribe("b", "two");
        client.subscribe("c", "never");
        publish(publisher, "one", "1");
        assertThat(client.event()).isEqualTo("a 1");
        publish(publisher, "two", "2");
        publish(publisher, "one", "3");
        client.cut(); // with 2 and 3 on their way
        awaitGone();
        publish(publisher, "two", "4");
        Client again = back(client);
        assertThat(List.of(again.sid, again.pid)).isEqualTo(List.of(client.sid, client.pid));
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            events.add(again.event());
        }
        assertThat(events).containsExactlyInAnyOrder("a 3", "b 2", "b 4");
        assertThat(events.indexOf("b 2")).isLessThan(events.indexOf("b 4"));
        publish(publisher, "never", "5");
        assertThat(again.event()).isEqualTo("c 5");
        assertThat(again.ask("subscribe", "{\"subscription\":\"a\",\"topic\":\"one\"}"))
                .contains("\"exists\"");
        Client third = back(again); // before the hub knows that anything is wrong
        assertThat(third.sid).isEqualTo(client.sid);
        publish(publisher, "one", "6");
        assertThat(third.event()).isEqualTo("a 6");
        third.socket.close();
        publisher.socket.close();
    }

    @Test
    void whoGotNothingYetComesBackToo() throws IOException {
        start(Map.of("PHAROS_SOCKETIO_RECOVERY", "2m"));
        Client publisher = connect("");
        Client client = connect("");
        client.subscribe("a", "one");
        client.cut();
        awaitGone();
        publish(publisher, "one", "1");
        Client again = back(client);
        assertThat(again.sid).isEqualTo(client.sid);
        assertThat(again.event()).isEqualTo("a 1");
        again.socket.close();
        publisher.socket.close();
    }

    @Test
    void whatCannotBeRecoveredBeginsAnew() throws IOException {
        start(Map.of(
                "PHAROS_SOCKETIO_RECOVERY", "2m",
                "PHAROS_HISTORY_RETAIN_BYTES", "64KiB",
                "PHAROS_HISTORY_KEEP_LAST", "0"));
        Client publisher = connect("");
        Client client = connect("");
        client.subscribe("a", "one");
        client.subscribe("b", "two");
        publish(publisher, "one", "1");
        assertThat(client.event()).isEqualTo("a 1");
        client.cut();
        awaitGone();
        publish(publisher, "two", "2");
        for (int i = 0; i < 300; i++) {
            publish(publisher, "else", "x".repeat(1_000));
        }
        Client again = back(client);
        assertThat(again.sid).isNotEqualTo(client.sid);
        assertThat(again.ask("unsubscribe", "{\"subscription\":\"a\"}")).contains("\"unknown\"");
        awaitGone();
        Client twice = back(client);
        assertThat(twice.sid).isNotEqualTo(client.sid);
        for (Client each : List.of(again, twice, publisher)) {
            each.socket.close();
        }
    }

    @Test
    void chanceCutsLoseAndRepeatNothing() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        start(Map.of("PHAROS_SOCKETIO_RECOVERY", "2m"));
        Client publisher = connect("");
        List<String> names = List.of("a", "b", "c");
        Client client = connect("");
        for (String name : names) {
            client.subscribe(name, "topic-" + name);
        }
        Map<String, Integer> sent = new HashMap<>();
        Map<String, Integer> got = new HashMap<>();
        int missing = 0;
        for (int round = 0; round < 40; round++) {
            for (int i = random.nextInt(8); i > 0; i--) {
                String name = names.get(random.nextInt(3));
                publish(publisher, "topic-" + name, String.valueOf(sent.merge(name, 1, Integer::sum)));
                missing++;
            }
            for (int i = random.nextInt(missing + 1); i > 0; i--) {
                take(client, got, seed);
                missing--;
            }
            client.cut();
            awaitGone();
            Client again = back(client);
            assertThat(again.sid).as("seed %d", seed).isEqualTo(client.sid);
            again.offset = client.offset;
            client = again;
        }
        while (missing-- > 0) {
            take(client, got, seed);
        }
        assertThat(got).as("seed %d", seed).isEqualTo(sent);
        client.socket.close();
        publisher.socket.close();
    }

    private static void take(Client client, Map<String, Integer> got, long seed) throws IOException {
        String[] event = client.event().split(" ", -1);
        assertThat(got.merge(event[0], 1, Integer::sum))
                .as("seed %d, of %s", seed, event[0])
                .isEqualTo(Integer.parseInt(event[1]));
    }

    @Test
    void aTokenThatIsNotGoodIsAConnectError() throws IOException {
        startWithKeys(Map.of());
        for (String wrong : new String[] {token("ann") + "x", "a b", "é"}) {
            Client client = open();
            client.socket.text("40{\"token\":\"" + wrong + "\"}");
            assertThat(client.read())
                    .matches("44\\{\"message\":\"[^\"]+\",\"data\":\\{\"code\":\"unauthorized\"\\}\\}");
            client.socket.text("40{\"token\":\"" + token("ann") + "\"}");
            assertThat(client.read()).startsWith("40{");
            client.socket.close();
        }
    }

    @Test
    void connectionsOfASubjectAreCountedUntilTheyEnd() throws IOException {
        startWithKeys(Map.of("PHAROS_LIMITS_CONNECTIONS_PER_SUBJECT", "1"));
        String auth = "{\"token\":\"" + token("ann") + "\"}";
        Client client = connect(auth);
        Client second = open();
        second.socket.text("40" + auth);
        assertThat(second.socket.read().closeCode()).isEqualTo(1013);
        connect("{\"token\":\"" + token("bob") + "\"}").cut();
        client.cut();
        await().until(() -> {
            Client again = open();
            again.socket.text("40" + auth);
            boolean isIn = again.socket.read().opcode() == RawWebSocket.TEXT;
            again.cut();
            return isIn;
        });
    }

    @Test
    void sessionsThatPollAreCountedFromTheirHandshake() throws IOException {
        start(Map.of("PHAROS_LIMITS_CONNECTIONS_PER_ADDRESS", "2"));
        String open = "/socket.io/?EIO=4&transport=polling";
        List<Integer> statuses = new ArrayList<>();
        String sid = "";
        for (int i = 0; i < 3; i++) {
            try (RawHttp http = RawHttp.connect(port())) {
                RawHttp.Answer answer = http.get(open).readAnswer();
                statuses.add(answer.status());
                if (answer.status() == 200) {
                    sid = answer.text().replaceFirst(".*\"sid\":\"([^\"]*)\".*", "$1");
                }
            }
        }
        assertThat(statuses).containsExactly(200, 200, 429);
        try (RawHttp http = RawHttp.connect(port())) {
            http.request("POST", open + "&sid=" + sid, "Content-Length: 1").send("1");
            assertThat(http.readAnswer().status()).isEqualTo(200);
        }
        await().until(() -> {
            try (RawHttp http = RawHttp.connect(port())) {
                return http.get(open).readAnswer().status() == 200;
            }
        });
    }
}

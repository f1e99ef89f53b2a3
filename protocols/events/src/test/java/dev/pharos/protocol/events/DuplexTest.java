package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.log.Event;
import dev.pharos.testkit.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions over an event stream and requests. */
class DuplexTest {

    private static final String ID = "3b241101-e2bb-4255-8caf-4136c566a962";
    private static final String URL = "/events?session=" + ID;

    private final TestHub hub = new TestHub();
    private final StandardReader reader = new StandardReader();

    @AfterEach
    void close() {
        hub.close();
    }

    private FakeExchange open(String target, String... lines) {
        FakeExchange exchange = hub.eventSource(target, lines);
        assertThat(exchange.status()).isEqualTo(200);
        return exchange;
    }

    private FakeExchange post(String target, String type, String body, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "Content-Type: " + type;
        System.arraycopy(lines, 0, all, 1, lines.length);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        FakeExchange exchange = new FakeExchange(hub.loop, "POST", target, all).bodyLength(bytes.length);
        hub.handle(exchange);
        hub.loop.within(() -> exchange.push(bytes).end());
        hub.loop.run();
        return exchange;
    }

    private void command(String json) {
        FakeExchange exchange = post(URL, "application/json", json);
        assertThat(exchange.status()).isEqualTo(204);
    }

    /** The events that a reader of the standard dispatches from what has come since the last time. */
    private List<StandardReader.Message> read(FakeExchange stream) {
        reader.messages.clear();
        reader.read(stream.stream().take());
        return List.copyOf(reader.messages);
    }

    private List<Map<String, Object>> frames(FakeExchange stream) {
        List<Map<String, Object>> frames = new ArrayList<>();
        for (StandardReader.Message event : read(stream)) {
            assertThat(event.type()).isEqualTo("message");
            frames.add(Tree.object(event.data()));
        }
        return frames;
    }

    private static List<String> types(List<Map<String, Object>> frames) {
        return frames.stream().map(frame -> Tree.string(frame, "type")).toList();
    }

    private static List<String> data(List<Map<String, Object>> frames) {
        return frames.stream()
                .filter(frame -> "event".equals(frame.get("type")))
                .map(frame -> Tree.string(Tree.object(frame, "event"), "data"))
                .toList();
    }

    @Test
    void carriesCommandsUpAndOutcomesAndEventsDown() {
        FakeExchange stream = open(URL);
        assertThat(stream.field("Content-Type")).isEqualTo("text/event-stream");
        command("{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\",\"ref\":\"1\"}");
        hub.publish("a", "x", "y");
        command("{\"type\":\"publish\",\"ref\":\"2\",\"event\":{\"topic\":\"a\",\"data\":\"z\"}}");

        List<Map<String, Object>> frames = frames(stream);
        assertThat(types(frames)).containsExactlyInAnyOrder("subscribed", "event", "event", "event", "published");
        assertThat(frames.getFirst()).containsEntry("subscription", "s").containsEntry("ref", "1");
        assertThat(hub.protocol.counts().sessions()).isOne();
    }

    @Test
    void hasASubscriptionFromTheStartWithATopicInItsUrl() {
        hub.publish("a", "1", "2");
        FakeExchange stream = open(URL + "&topic=a&lastEventId=earliest");
        hub.until("history", () -> stream.stream().text().contains("\"2\""));
        assertThat(types(frames(stream))).containsExactly("subscribed", "event", "event");
    }

    @Test
    void oneMessageALine() {
        FakeExchange stream = open(URL);
        FakeExchange posted = post(
                URL, "application/x-ndjson", "{\"type\":\"ping\",\"ref\":\"1\"}\n\n{\"type\":\"ping\",\"ref\":\"2\"}");
        assertThat(posted.status()).isEqualTo(204);
        assertThat(frames(stream)).extracting(frame -> frame.get("ref")).containsExactly("1", "2");
    }

    @Test
    void whatWasMissedComesOverTheNextStream() {
        FakeExchange first = open(URL + "&topic=a");
        hub.publish("a", "1", "2");
        assertThat(data(frames(first))).containsExactly("1", "2");
        String lastId = reader.lastEventId;
        hub.publish("a", "3"); // written, and lost on its way
        hub.loop.within(() -> first.stream().hangUp());
        hub.publish("a", "4");
        hub.pass(Duration.ofSeconds(20));

        FakeExchange second = open(URL + "&topic=a", "Last-Event-ID: " + lastId);
        assertThat(data(frames(second))).containsExactly("3", "4");
        hub.publish("a", "5");
        assertThat(data(frames(second))).containsExactly("5");

        FakeExchange third = open(URL + "&topic=a", "Last-Event-ID: " + reader.lastEventId);
        assertThat(second.stream().closed())
                .as("the newer stream takes the place of the older")
                .isTrue();
        hub.publish("a", "6");
        assertThat(data(frames(third))).containsExactly("6");
    }

    @Test
    void aStreamThatBrokeBeforeAnythingCameBeginsAnew() {
        FakeExchange first = open(URL + "&topic=a");
        hub.publish("a", "1");
        hub.loop.within(() -> first.stream().hangUp());

        FakeExchange second = open(URL + "&topic=a");
        assertThat(types(frames(second))).containsExactly("subscribed", "event");
    }

    @Test
    void saysWhenItCannotGoOn() {
        FakeExchange first = open(URL + "&topic=a");
        read(first);
        String lastId = reader.lastEventId;
        for (int i = 0; i < 10; i++) {
            hub.publish("a", "x".repeat(10_000));
        }
        hub.loop.within(() -> first.stream().hangUp());

        FakeExchange second = open(URL + "&topic=a", "Last-Event-ID: " + lastId);
        assertThat(read(second)).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo("close");
            assertThat(event.data()).startsWith("1008 ");
        });
        assertThat(second.stream().closed()).isTrue();
        assertThat(read(open(URL, "Last-Event-ID: " + lastId)).getLast().type()).isEqualTo("close");
        hub.pass(Duration.ofSeconds(11));
        assertThat(hub.eventSource(URL, "Last-Event-ID: " + lastId).status()).isEqualTo(404);
    }

    @Test
    void acknowledgingMakesRoom() {
        FakeExchange first = open(URL + "&topic=a");
        for (int i = 0; i < 10; i++) {
            hub.publish("a", "x".repeat(10_000));
            read(first);
            post(URL, "text/plain", "", "Last-Event-ID: " + reader.lastEventId);
        }
        hub.loop.within(() -> first.stream().hangUp());
        hub.publish("a", "y");
        FakeExchange second = open(URL + "&topic=a", "Last-Event-ID: " + reader.lastEventId);
        assertThat(data(frames(second))).containsExactly("y");
    }

    @Test
    void aRequestThatIsSentAgainIsObeyedOnce() {
        FakeExchange stream = open(URL);
        String numbered = URL + "&message=7";
        for (int i = 0; i < 2; i++) {
            assertThat(post(numbered, "text/plain", "{\"type\":\"ping\"}").status())
                    .isEqualTo(204);
        }
        assertThat(types(frames(stream))).containsExactly("pong");
    }

    @Test
    void endsWhenItsClientSaysSo() {
        FakeExchange stream = open(URL + "&topic=a");
        assertThat(post(URL + "&close=true", "text/plain", "{\"type\":\"ping\"}")
                        .status())
                .isEqualTo(204);
        List<StandardReader.Message> events = read(stream);
        assertThat(events.get(1).data()).contains("pong");
        assertThat(events.getLast().data()).isEqualTo("1000 the client has ended the session");
        assertThat(hub.protocol.counts().sessions()).isZero();
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }

    @Test
    void endsWhenItsClientStaysAway() {
        FakeExchange stream = open(URL + "&topic=a");
        hub.loop.within(() -> stream.stream().hangUp());
        hub.pass(Duration.ofSeconds(25));
        assertThat(hub.hub.stats().subscriptions()).isOne();
        hub.pass(Duration.ofSeconds(10));
        assertThat(hub.hub.stats().subscriptions()).isZero();
        assertThat(hub.protocol.counts().sessions()).isZero();
        assertThat(post(URL, "text/plain", "{}").status()).isEqualTo(404);
        FakeExchange late = open(URL, "Last-Event-ID: 1.0");
        assertThat(read(late).getLast().type()).isEqualTo("close");
        hub.pass(Duration.ofSeconds(11));
        assertThat(hub.eventSource(URL, "Last-Event-ID: 1.0").status()).isEqualTo(404);
    }

    @Test
    void oneThatComesBackSaysThatItWasHereThoughNothingCame() {
        FakeExchange first = open(URL);
        read(first);
        assertThat(reader.lastEventId).isEqualTo("0");
        hub.loop.within(() -> first.stream().hangUp());
        hub.pass(Duration.ofMinutes(1));
        assertThat(hub.eventSource(URL, "Last-Event-ID: 0").status())
                .as("what was subscribed to is gone, and nobody may think otherwise")
                .isEqualTo(404);
    }

    @Test
    void aDrainIsTold() {
        FakeExchange stream = open(URL);
        var drained = hub.hub.drain().toCompletableFuture();
        hub.loop.run();
        List<StandardReader.Message> events = read(stream);
        assertThat(events.getFirst().data()).contains("drain");
        assertThat(events.getLast().data()).isEqualTo("1001 the hub is stopping");
        assertThat(drained).isDone();
        FakeExchange late = open("/events?session=another-session-of-somebody");
        assertThat(late.text()).matches("retry: \\d+\\n\\n");
    }

    @Test
    void staysAliveWhenItIsQuiet() {
        FakeExchange stream = open(URL);
        stream.stream().take();
        hub.pass(Duration.ofSeconds(16));
        assertThat(stream.stream().take()).isEqualTo(":\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "with spaces and twenty characters", "x%2Fxxxxxxxxxxxxxxxxxxxxxxxxx"})
    void refusesIdsThatCouldBeGuessed(String id) {
        String target = "/events?session=" + id.replace(" ", "%20");
        assertThat(hub.eventSource(target).status()).isEqualTo(400);
        assertThat(post(target, "text/plain", "{}").status()).isEqualTo(400);
    }

    @Test
    void refusesWhatItCannotRead() {
        open(URL);
        assertThat(hub.poll(URL).status()).isEqualTo(406);
        assertThat(post(URL + "&message=x", "text/plain", "{}").status()).isEqualTo(400);
        assertThat(post(URL, "text/plain", "x".repeat((1 << 20) + (17 << 10))).status())
                .isEqualTo(413);
        FakeExchange latin = new FakeExchange(hub.loop, "POST", URL).bodyLength(1);
        hub.handle(latin);
        hub.loop.within(() -> latin.push(new byte[] {(byte) 0xFF}).end());
        hub.loop.run();
        assertThat(latin.status()).isEqualTo(400);
        assertThat(post("/events?session=nobody-has-this-session", "text/plain", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(post(URL, "text/plain", "{}", "Origin: http://elsewhere.example", "Host: localhost")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void bytesAreSharedBetweenSessions() {
        FakeExchange one = open(URL + "&topic=a");
        FakeExchange two = open("/events?session=another-session-of-somebody&topic=a");
        one.stream().runs().clear();
        two.stream().runs().clear();
        hub.publish(Event.of("a", "1"), Event.of("a", "2"));
        List<Encoded> runs = one.stream().runs();
        assertThat(runs).hasSize(1);
        assertThat(two.stream().runs()).hasSize(1);
        assertThat(runs.getFirst()).isSameAs(two.stream().runs().getFirst());
    }
}

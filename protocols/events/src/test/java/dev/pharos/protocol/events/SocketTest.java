package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.hub.Limits;
import dev.pharos.log.Event;
import dev.pharos.log.LogFullException;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketTest {

    private TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    private FakeSocket open(String target, String... lines) {
        FakeExchange exchange = hub.socket(target, lines);
        assertThat(exchange.status()).isEqualTo(101);
        return exchange.socket();
    }

    private FakeSocket open() {
        return open("/events");
    }

    private void send(FakeSocket socket, String frame) {
        hub.loop.within(() -> socket.receive(frame));
        hub.loop.run();
    }

    private Map<String, Object> next(FakeSocket socket) {
        hub.until("a frame", socket::hasFrame);
        return Tree.object(socket.next());
    }

    private Map<String, Object> ask(FakeSocket socket, String frame) {
        assertThat(socket.hasFrame()).isFalse();
        send(socket, frame);
        return next(socket);
    }

    private Map<String, Object> error(FakeSocket socket, String code) {
        Map<String, Object> frame = next(socket);
        assertThat(frame).containsEntry("type", "error").containsEntry("code", code);
        return frame;
    }

    private String data(FakeSocket socket, String subscription) {
        Map<String, Object> frame = next(socket);
        assertThat(frame)
                .containsEntry("type", "event")
                .containsEntry("subscription", subscription)
                .containsOnlyKeys("type", "subscription", "event");
        return Tree.string(Tree.object(frame, "event"), "data");
    }

    // the handshake

    @Test
    void speaksItsSubprotocolWhenOffered() {
        assertThat(open("/events", "Sec-WebSocket-Protocol: chat, pharos.v1")
                        .options()
                        .subprotocol())
                .isEqualTo("pharos.v1");
        assertThat(open("/events").options().subprotocol()).isEmpty();
    }

    @Test
    void refusesOtherSubprotocols() {
        FakeExchange refused = hub.socket("/events", "Sec-WebSocket-Protocol: chat, pharos.v2");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text())
                .contains("'Sec-WebSocket-Protocol'", "chat, pharos.v2", "pharos.v1")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"UNSUPPORTED, 501", "INVALID, 400"})
    void saysWhyThereIsNoSocket(UpgradeSupport support, int status) {
        FakeExchange exchange = new FakeExchange(hub.loop, "GET", "/events?topic=a", "Upgrade: websocket");
        exchange.upgradeSupport(support);

        assertThat(hub.handle(exchange).status()).isEqualTo(status);
    }

    @Test
    void namesTheVersionItSpeaks() {
        FakeExchange exchange = new FakeExchange(hub.loop, "GET", "/events", "Sec-WebSocket-Version: 8");
        exchange.upgradeSupport(UpgradeSupport.INVALID);
        hub.handle(exchange);

        assertThat(exchange.status()).isEqualTo(426);
        assertThat(exchange.field("Sec-WebSocket-Version")).isEqualTo("13");
        assertThat(exchange.field("Upgrade")).isEqualTo("websocket");
    }

    @Test
    void refusesABadQueryBeforeItUpgrades() {
        assertThat(hub.socket("/events?topic=a&deliver=x").status()).isEqualTo(400);
        assertThat(hub.socket("/events?topic=").status()).isEqualTo(400);
        assertThat(hub.socket("/events?topic=%FF").status()).isEqualTo(400);
    }

    @Test
    void anOverloadedHubSaysWhenToComeBack() {
        hub.close();
        hub = new TestHub(Limits.DEFAULT.withSubscriptions(0));

        FakeExchange refused = hub.socket("/events?topic=a");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).matches("[1-9]");
    }

    @Test
    void aSocketThatSubscribesToNothingIsAReaderToo() {
        hub.close();
        hub = new TestHub(EventsOptions.DEFAULT.withConnections(2));
        FakeSocket first = open();
        hub.get("/events?topic=a");

        FakeExchange refused = hub.socket("/events");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("as many readers as it takes, 2");
        assertThat(hub.get("/events?topic=a").stream().closed()).isTrue();
        assertThat(hub.get("/events?topic=a", "Accept: application/json").status())
                .isEqualTo(503);

        first.close(1000, "");
        hub.loop.run();
        assertThat(hub.get("/events?topic=a").stream().closed()).isFalse();
    }

    // subscribe, resume, unsubscribe

    @Test
    void subscribes() {
        FakeSocket socket = open();
        assertThat(ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\"}"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "type", "subscribed", "subscription", "s", "state", "live", "lastEventId", TestHub.cursor(0)));

        hub.publish(Event.on("a").topic("b").type("t").data("1").build());

        assertThat(next(socket))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "type",
                        "event",
                        "subscription",
                        "s",
                        "event",
                        Map.of(
                                "id",
                                TestHub.cursor(1),
                                "topics",
                                List.of("a", "b"),
                                "type",
                                "t",
                                "data",
                                "1",
                                "time",
                                hub.clock.millis())));
    }

    @Test
    void theUrlMakesTheSubscriptionWithoutAName() {
        hub.publish("a", "1", "2");
        FakeSocket socket = open("/events?topic=a&lastEventId=" + TestHub.cursor(1));

        assertThat(next(socket))
                .containsEntry("type", "subscribed")
                .containsEntry("subscription", "")
                .containsEntry("state", "resumed")
                .containsEntry("lastEventId", TestHub.cursor(1));
        assertThat(data(socket, "")).isEqualTo("2");
        assertThat(ask(socket, "{\"type\":\"unsubscribe\"}"))
                .containsEntry("type", "unsubscribed")
                .containsEntry("subscription", "")
                .containsEntry("lastEventId", TestHub.cursor(2));
    }

    @Test
    void aUrlWithoutTopicsSubscribesNothing() {
        assertThat(open("/events?x=y").hasFrame()).isFalse();
    }

    @Test
    void subscriptionsHaveTheirOwnOrderAndCursor() {
        hub.publish("a", "1");
        hub.publish("b", "2");
        hub.publish("a", "3");
        FakeSocket socket = open();
        send(
                socket,
                "{\"type\":\"subscribe\",\"subscription\":\"x\",\"topics\":[\"a\",\"b\"],\"lastEventId\":\""
                        + TestHub.cursor(1) + "\"}");
        assertThat(next(socket)).containsEntry("state", "resumed");
        assertThat(data(socket, "x")).isEqualTo("2");
        assertThat(data(socket, "x")).isEqualTo("3");
        send(socket, "{\"type\":\"subscribe\",\"subscription\":\"y\",\"topic\":\"a\",\"last\":1}");
        assertThat(next(socket)).containsEntry("subscription", "y").containsEntry("state", "live");
        assertThat(data(socket, "y")).isEqualTo("3");

        hub.publish("b", "4");
        assertThat(data(socket, "x")).isEqualTo("4");
        hub.publish("a", "5");
        List<String> both = new ArrayList<>(
                List.of(Tree.string(next(socket), "subscription"), Tree.string(next(socket), "subscription")));
        assertThat(both).containsExactlyInAnyOrder("x", "y");
        assertThat(socket.hasFrame()).isFalse();
    }

    @Test
    void subscribesWithModes() {
        hub.publish("t", "1", "2", "3");
        FakeSocket socket = open();
        send(
                socket,
                "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"t\",\"lastEventId\":\"earliest\","
                        + "\"deliver\":\"latest\"}");
        next(socket);

        assertThat(data(socket, "s")).isEqualTo("3");
    }

    @Test
    void saysWhenSomethingWasLost() {
        hub.publish("a", "1");
        FakeSocket socket = open();

        Map<String, Object> subscribed =
                ask(socket, "{\"type\":\"subscribe\",\"topic\":\"a\",\"lastEventId\":\"pos:other.1\"}");

        assertThat(subscribed)
                .containsEntry("state", "lost")
                .containsEntry("subscription", "")
                .containsEntry("lastEventId", TestHub.cursor(1))
                .containsKey("reason");
    }

    @Test
    void saysInOrderWhenASlowReaderLostSomething() {
        hub.close();
        hub = new TestHub(Limits.DEFAULT, EventsOptions.DEFAULT, 20_000);
        FakeSocket socket = open("/events?topic=a");
        next(socket);
        socket.ready(false);
        for (int i = 0; i < 2_000; i++) {
            hub.publish("a", i + "x".repeat(200));
        }
        socket.ready(true);

        Map<String, Object> first = next(socket);
        assertThat(first)
                .containsEntry("type", "lost")
                .containsEntry("subscription", "")
                .containsKey("lastEventId");
        String last = "";
        while (!last.startsWith("1999x")) {
            last = data(socket, "");
        }
    }

    @Test
    void unsubscribesAndResumesWhereItStopped() {
        FakeSocket socket = open();
        ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\"}");
        hub.publish("a", "1");
        assertThat(data(socket, "s")).isEqualTo("1");
        String cursor = Tree.string(ask(socket, "{\"type\":\"unsubscribe\",\"subscription\":\"s\"}"), "lastEventId");
        hub.publish("a", "2");
        assertThat(socket.hasFrame()).isFalse();

        assertThat(ask(
                        socket,
                        "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\",\"lastEventId\":\"" + cursor
                                + "\"}"))
                .containsEntry("state", "resumed");
        assertThat(data(socket, "s")).isEqualTo("2");
    }

    @Test
    void unsubscribesBeforeTheHistoryIsLookedUp() {
        hub.publish("a", "1");
        FakeSocket socket = open();
        hub.loop.within(() -> {
            socket.receive("{\"type\":\"subscribe\",\"topic\":\"a\",\"lastEventId\":\"earliest\"}");
            socket.receive("{\"type\":\"unsubscribe\"}");
        });

        assertThat(Tree.object(socket.next()))
                .containsOnlyKeys("type", "subscription")
                .containsEntry("type", "unsubscribed");
        assertThat(hub.hub.stats().subscriptions()).isZero();
        assertThat(ask(socket, "{\"type\":\"ping\"}")).containsEntry("type", "pong");
    }

    @Test
    void aNameIsUsedOnce() {
        FakeSocket socket = open("/events?topic=a");
        next(socket);
        send(socket, "{\"type\":\"subscribe\",\"topic\":\"b\"}");
        error(socket, "exists");

        hub.publish("b", "x");
        hub.publish("a", "y");
        assertThat(data(socket, "")).isEqualTo("y");
    }

    @Test
    void aConnectionHas100Subscriptions() {
        FakeSocket socket = open();
        for (int i = 0; i < 100; i++) {
            ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s" + i + "\",\"topic\":\"a\"}");
        }
        send(socket, "{\"type\":\"subscribe\",\"subscription\":\"more\",\"topic\":\"a\"}");
        assertThat(error(socket, "too-many")).containsEntry("subscription", "more");

        ask(socket, "{\"type\":\"unsubscribe\",\"subscription\":\"s7\"}");
        assertThat(ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"more\",\"topic\":\"a\"}"))
                .containsEntry("type", "subscribed");
    }

    @Test
    void aHubWithoutRoomForAPatternRefusesTheSubscription() {
        hub.close();
        hub = new TestHub(Limits.DEFAULT.withPatterns(1));
        FakeSocket socket = open();
        ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"{x}\"}");
        send(socket, "{\"type\":\"subscribe\",\"subscription\":\"t\",\"topic\":\"{y}\"}");

        assertThat(error(socket, "overloaded"))
                .containsEntry("subscription", "t")
                .hasEntrySatisfying(
                        "message", sentence -> assertThat(sentence).asString().contains("patterns"));
    }

    @Test
    void anOverloadedHubRefusesASubscription() {
        hub.close();
        hub = new TestHub(Limits.DEFAULT.withSubscriptions(1));
        FakeSocket socket = open();
        ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\"}");
        send(socket, "{\"type\":\"subscribe\",\"subscription\":\"t\",\"topic\":\"a\"}");

        assertThat(error(socket, "overloaded")).containsEntry("subscription", "t");
        ask(socket, "{\"type\":\"unsubscribe\",\"subscription\":\"s\"}");
        assertThat(ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"t\",\"topic\":\"a\"}"))
                .containsEntry("type", "subscribed");
    }

    // publish and ping

    @Test
    void publishesAndAcknowledges() {
        FakeSocket socket = open();

        assertThat(ask(socket, "{\"type\":\"publish\",\"ref\":\"r1\",\"event\":{\"topic\":\"a\",\"data\":\"x\"}}"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("type", "published", "ref", "r1", "id", TestHub.cursor(1)));
        assertThat(ask(socket, "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"id\":\"mine\"}}"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("type", "published", "id", "mine"));
        assertThat(ask(socket, "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"private\":true}}"))
                .containsKey("notice");
    }

    @Test
    void acknowledgesWhenTheLogHasIt() {
        hub.close();
        SlowLog[] slow = new SlowLog[1];
        hub = new TestHub(log -> slow[0] = new SlowLog(log));
        FakeSocket socket = open();
        send(socket, "{\"type\":\"publish\",\"ref\":\"1\",\"event\":{\"topic\":\"a\"}}");
        send(socket, "{\"type\":\"publish\",\"ref\":\"2\",\"event\":{\"topic\":\"a\"}}");
        assertThat(socket.hasFrame()).isFalse();

        slow[0].complete();
        hub.loop.run();
        assertThat(Tree.object(socket.next()))
                .containsEntry("type", "published")
                .containsEntry("ref", "1");
        slow[0].fail();
        hub.loop.run();
        assertThat(error(socket, "unavailable")).containsEntry("ref", "2");
    }

    @Test
    void publishesOnceWhatComesTwiceWithAKey() {
        FakeSocket socket = open();
        String keyed = "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"data\":\"%s\"},\"idempotencyKey\":\"k\"}";

        assertThat(ask(socket, keyed.formatted("x"))).containsEntry("id", TestHub.cursor(1));
        assertThat(ask(socket, keyed.formatted("x"))).containsEntry("id", TestHub.cursor(1));
        assertThat(hub.form("topic=a&data=x", "Idempotency-Key: k").text()).isEqualTo(TestHub.cursor(1));
        assertThat(ask(socket, keyed.replace("{\"type", "{\"ref\":\"7\",\"type").formatted("y")))
                .containsEntry("code", "conflict")
                .containsEntry("ref", "7")
                .containsEntry(
                        "message",
                        "parameter 'idempotencyKey' is 'k', which was used before, for an event with another content");
        assertThat(hub.hub.log().end()).isOne();
    }

    @Test
    void saysThatTheLogIsFull() {
        hub.close();
        SlowLog[] slow = new SlowLog[1];
        hub = new TestHub(log -> slow[0] = new SlowLog(log));
        FakeSocket socket = open();
        send(socket, "{\"type\":\"publish\",\"ref\":\"1\",\"event\":{\"topic\":\"a\"}}");
        slow[0].fail(new LogFullException("no space is left in /data", new IOException()));
        hub.loop.run();

        assertThat(error(socket, "full"))
                .containsEntry("ref", "1")
                .containsEntry("message", "no space is left in /data");
        assertThat(ask(socket, "{\"type\":\"ping\"}")).containsEntry("type", "pong");
    }

    @Test
    void makesAClientWaitThatPublishesFasterThanTheLogTakes() {
        hub.close();
        SlowLog[] slow = new SlowLog[1];
        hub = new TestHub(log -> slow[0] = new SlowLog(log));
        FakeSocket socket = open();
        int sent = 0;
        while (!socket.isPaused()) {
            send(socket, "{\"type\":\"publish\",\"event\":{\"topic\":\"a\"}}");
            assertThat(++sent).isLessThan(1_000);
        }
        slow[0].complete();
        hub.loop.run();
        assertThat(socket.isPaused()).isFalse();
    }

    @Test
    void makesAClientWaitThatPublishesMuchAtOnce() {
        hub.close();
        SlowLog[] slow = new SlowLog[1];
        hub = new TestHub(log -> slow[0] = new SlowLog(log));
        FakeSocket socket = open();
        send(socket, "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"data\":\"" + "x".repeat(1 << 20) + "\"}}");
        assertThat(socket.isPaused()).isTrue();

        slow[0].complete();
        hub.loop.run();
        assertThat(socket.isPaused()).isFalse();
    }

    @Test
    void makesAClientWaitThatDoesNotReadItsAnswers() {
        FakeSocket socket = open();
        socket.ready(false);
        int sent = 0;
        while (!socket.isPaused()) {
            send(socket, "{\"type\":\"ping\",\"ref\":\"" + "x".repeat(100) + "\"}");
            assertThat(++sent).isLessThan(1_000);
        }
        assertThat(socket.hasFrame()).isFalse();

        socket.ready(true);
        hub.loop.run();
        assertThat(socket.isPaused()).isFalse();
    }

    @Test
    void answersReferToWhatTheClientSays() {
        FakeSocket socket = open();

        assertThat(ask(socket, "{\"type\":\"subscribe\",\"topic\":\"a\",\"ref\":\"1\"}"))
                .containsEntry("type", "subscribed")
                .containsEntry("ref", "1");
        assertThat(ask(socket, "{\"type\":\"subscribe\",\"topic\":\"a\",\"ref\":\"2\"}"))
                .containsEntry("code", "exists")
                .containsEntry("ref", "2");
        assertThat(ask(socket, "{\"type\":\"unsubscribe\",\"ref\":\"3\"}"))
                .containsEntry("type", "unsubscribed")
                .containsEntry("ref", "3");
        assertThat(ask(socket, "{\"type\":\"unsubscribe\",\"ref\":\"4\"}"))
                .containsEntry("code", "unknown")
                .containsEntry("ref", "4");
    }

    @Test
    void answersAPing() {
        FakeSocket socket = open();

        assertThat(ask(socket, "{\"type\":\"ping\",\"ref\":\"7\"}"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("type", "pong", "ref", "7"));
        assertThat(ask(socket, "{\"type\":\"ping\"}")).containsExactly(Map.entry("type", "pong"));
    }

    // what is wrong

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense | malformed | JSON",
                "`` | invalid | JSON object",
                "[] | invalid | JSON object",
                "{\"type\":\"ping\" | malformed | JSON",
                "{\"type\":\"ping\"}{} | invalid | more follows",
                "{} | invalid | 'type'",
                "{\"type\":5} | invalid | 'type'",
                "{\"type\":\"dance\"} | unknown | 'dance'",
                "{\"type\":\"unsubscribe\",\"subscription\":\"s\"} | unknown | 's'",
                "{\"type\":\"subscribe\"} | invalid | 'topic'",
                "{\"type\":\"subscribe\",\"topic\":\"\"} | invalid | 'topic'",
                "{\"type\":\"subscribe\",\"topics\":\"a\"} | invalid | 'topics'",
                "{\"type\":\"subscribe\",\"topics\":[1]} | invalid | 'topics'",
                "{\"type\":\"subscribe\",\"topic\":\"a\",\"deliver\":\"x\"} | invalid | 'deliver'",
                "{\"type\":\"subscribe\",\"topic\":\"a\",\"last\":10001} | invalid | 10000",
                "{\"type\":\"subscribe\",\"topic\":\"a\",\"last\":-1} | invalid | 'last'",
                "{\"type\":\"subscribe\",\"topic\":\"a\",\"lastEventId\":5} | invalid | 'lastEventId'",
                "{\"type\":\"subscribe\",\"topic\":\"a\",\"subscription\":\"\\ud800\"} | invalid | U+D800",
                "{\"type\":\"ping\",\"ref\":\"\\ud800\"} | invalid | U+D800",
                "{\"type\":\"subscribe\",\"topic\":\"\\ud800\"} | invalid | 'topic' has the lone surrogate U+D800",
                "{\"type\":\"subscribe\",\"topics\":[\"a\\udfff\"]} | invalid | 'topics' has the lone surrogate U+DFFF",
                "{\"type\":\"subscribe\",\"topic\":\"a\",\"lastEventId\":\"\\udc00\"} | invalid | U+DC00",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"\\ud800\"}} | invalid | U+D800",
                "{\"type\":\"token\",\"token\":\"\\ud800\"} | invalid | U+D800",
                "{\"type\":\"\\ud800\"} | invalid | U+D800",
                "{\"type\":\"publish\"} | invalid | 'event'",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"a\"},\"idempotencyKey\":\"\"} | invalid | 'idempotencyKey'",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"a\"},\"idempotencyKey\":\"a b\"} | invalid | 'a b'",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"a\"},\"idempotencyKey\":7} | invalid | '7'",
                "{\"type\":\"publish\",\"event\":\"x\"} | invalid | JSON object",
                "{\"type\":\"publish\",\"event\":{}} | invalid | 'topic'",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"id\":\"pos:x\"}} | invalid | 'pos:'",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"type\":\"x\\n\"}} | invalid | U+000A",
                "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"data\":\"\\udfff\"}} | invalid | U+DFFF",
            })
    void saysWhatIsWrongAndGoesOn(String frame, String code, String detail) {
        FakeSocket socket = open();
        send(socket, frame);

        assertThat(Tree.string(error(socket, code), "message")).contains(detail).doesNotContain("\n");
        assertThat(ask(socket, "{\"type\":\"ping\"}")).containsEntry("type", "pong");
        assertThat(hub.hub.log().end()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"publish\",\"ref\":\"7\",\"event\":{\"topic\":5}}",
                "{\"type\":\"publish\",\"event\":{\"topic\":5},\"ref\":\"7\"}",
                "{\"event\":{\"topics\":[\"a\",{\"x\":[1,2]}],\"ref\":\"8\"},\"ref\":\"7\",\"type\":\"publish\"}",
                "{\"type\":\"publish\",\"ref\":\"7\",\"event\":{\"topic\":\"a\",}}",
                "{\"type\":\"publish\",\"ref\":\"7\"}",
            })
    void namesThePublishThatIsWrong(String frame) {
        FakeSocket socket = open();
        send(socket, frame);

        Map<String, Object> error = next(socket);
        assertThat(error).containsEntry("type", "error").containsEntry("ref", "7");
    }

    @Test
    void namesTheSubscriptionThatIsWrong() {
        FakeSocket socket = open();
        send(socket, "{\"type\":\"subscribe\",\"topic\":5,\"subscription\":\"s\"}");
        assertThat(error(socket, "invalid")).containsEntry("subscription", "s");
    }

    @Test
    void boundsNamesAndSelectors() {
        FakeSocket socket = open();
        send(socket, "{\"type\":\"ping\",\"ref\":\"" + "x".repeat(129) + "\"}");
        assertThat(Tree.string(error(socket, "invalid"), "message")).contains("'ref'", "129", "128");
        send(socket, "{\"type\":\"subscribe\",\"topics\":[\"a\"" + ",\"a\"".repeat(100) + "]}");
        assertThat(Tree.string(error(socket, "invalid"), "message")).contains("'topics'", "100");
        send(socket, "{\"type\":\"subscribe\",\"topic\":\"" + "x".repeat(4097) + "\"}");
        assertThat(Tree.string(error(socket, "invalid"), "message")).contains("4097", "4096");
        send(socket, "{\"type\":\"subscribe\",\"topic\":\"a\",\"lastEventId\":\"" + "x".repeat(4097) + "\"}");
        assertThat(Tree.string(error(socket, "invalid"), "message")).contains("4097", "4096");
        send(
                socket,
                "{\"type\":\"publish\",\"ref\":\"7\",\"event\":{\"topic\":\"a\",\"data\":\"" + "x".repeat((1 << 20) + 1)
                        + "\"}}");
        assertThat(error(socket, "too-large")).containsEntry("ref", "7");
        assertThat(socket.options().maxMessage()).isEqualTo((1 << 20) + (16 << 10));
    }

    @Test
    void boundsTheSelectorsOfAConnectionTogether() {
        FakeSocket socket = open();
        StringBuilder selectors = new StringBuilder("\"topics\":[");
        for (int i = 0; i < 20; i++) {
            selectors
                    .append(i == 0 ? "\"" : ",\"")
                    .append((char) ('a' + i))
                    .append("x".repeat(4095))
                    .append('"');
        }
        selectors.append("]}");
        for (int i = 0; i < 3; i++) {
            assertThat(ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s" + i + "\"," + selectors))
                    .containsEntry("type", "subscribed");
        }
        send(socket, "{\"type\":\"subscribe\",\"subscription\":\"s3\"," + selectors);
        assertThat(Tree.string(error(socket, "too-many"), "message")).contains("262144", "327680");
        ask(socket, "{\"type\":\"unsubscribe\",\"subscription\":\"s1\"}");
        assertThat(ask(socket, "{\"type\":\"subscribe\",\"subscription\":\"s3\"," + selectors))
                .containsEntry("type", "subscribed");
    }

    @Test
    void aBinaryMessageEndsTheConnection() {
        FakeSocket socket = open("/events?topic=a");
        next(socket);
        hub.loop.within(() -> socket.receive(new byte[] {1, 2, 3}));
        hub.publish("a", "x");

        assertThat(socket.closeCode()).isEqualTo(1003);
        assertThat(socket.hasFrame()).isFalse();
        assertThat(hub.hub.stats().subscriptions()).isZero();
        assertThat(hub.protocol.counts().sockets()).isZero();
    }

    // time and the end

    @Test
    void pingsAndMovesCursorsWhenItIsQuiet() {
        FakeSocket socket = open("/events?topic=quiet");
        next(socket);
        hub.publish("busy", "1", "2");

        hub.pass(Duration.ofSeconds(16));

        assertThat(socket.pings()).isPositive();
        assertThat(next(socket))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("type", "cursor", "subscription", "", "lastEventId", TestHub.cursor(2)));
        hub.pass(Duration.ofMinutes(5));
        assertThat(socket.hasFrame()).isFalse();
        assertThat(socket.pings()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void saysGoodbyeWhenTheHubStops() {
        FakeSocket busy = open("/events?topic=a");
        next(busy);
        FakeSocket idle = open();

        CompletableFuture<?> drained = hub.hub.drain().toCompletableFuture();
        assertThat(drained).isNotDone();
        hub.loop.run();

        assertThat(drained).isDone();
        assertThat(next(busy)).containsEntry("type", "drain").containsKey("retry");
        assertThat(busy.closeCode()).isEqualTo(1001);
        assertThat(next(idle)).containsEntry("type", "drain");
        assertThat(idle.closeCode()).isEqualTo(1001);
        assertThat(hub.socket("/events").status()).isEqualTo(503);
        assertThat(hub.protocol.counts().sockets()).isZero();
    }

    @Test
    void leavesNothingBehindWhenItsClientGoes() {
        FakeSocket socket = open("/events?topic=a");
        send(socket, "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\",\"lastEventId\":\"earliest\"}");
        assertThat(hub.protocol.counts().sockets()).isOne();

        hub.loop.within(() -> socket.hangUp(1006));
        hub.publish("a", "x");
        hub.pass(Duration.ofMinutes(1));

        assertThat(hub.protocol.counts().sockets()).isZero();
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }
}

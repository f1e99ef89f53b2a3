package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.hub.Limits;
import dev.pharos.log.Event;
import dev.pharos.testkit.fake.FakeExchange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTest {

    private TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    private void limited(Limits limits, long logBytes) {
        hub.close();
        hub = new TestHub(limits, EventsOptions.DEFAULT, logBytes);
    }

    /** What a stream has written once it is open. */
    private String opened(FakeExchange exchange) {
        return hub.untilAnswered(exchange).stream().text();
    }

    private StandardReader awaitMessages(FakeExchange exchange, int count) {
        hub.until(count + " messages", () -> {
            return exchange.answered()
                    && StandardReader.of(exchange.stream().text()).messages.size() >= count;
        });
        return StandardReader.of(exchange.stream().text());
    }

    // the head

    @Test
    void sendsItsHeadAtOnce() {
        FakeExchange stream = hub.eventSource("/events?topic=a");

        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.field("Content-Type")).isEqualTo("text/event-stream");
        assertThat(stream.field("Cache-Control")).isEqualTo("no-store, no-transform");
        assertThat(stream.field("X-Accel-Buffering")).isEqualTo("no");
        assertThat(stream.field("Last-Event-ID")).isNull();
    }

    @Test
    void beginsWithTheCursorForAStandardReader() {
        hub.publish("a", "before");

        StandardReader reader = StandardReader.of(opened(hub.eventSource("/events?topic=a")));

        assertThat(reader.lastEventId).isEqualTo(TestHub.cursor(1));
        assertThat(reader.retry).isBetween(1_333L, 2_667L);
        assertThat(reader.messages).isEmpty();
    }

    @Test
    void beginsWithoutABlankLineForOthers() {
        String text = opened(hub.get("/events?topic=a"));

        assertThat(text).isNotEmpty().doesNotContain("\n\n").doesNotContain("id:");
        assertThat(StandardReader.of(text).retry).isBetween(1_333L, 2_667L);
    }

    @Test
    void namesTheCursorItStartsFromWheneverOneCameIn() {
        hub.publish("a", "1", "2", "3");

        assertThat(hub.untilAnswered(hub.eventSource("/events?topic=a&lastEventId=" + TestHub.cursor(2)))
                        .field("Last-Event-ID"))
                .isEqualTo(TestHub.cursor(2));
        assertThat(hub.untilAnswered(hub.eventSource("/events?topic=a&lastEventId=earliest"))
                        .field("Last-Event-ID"))
                .isEqualTo("earliest");
        assertThat(hub.untilAnswered(hub.eventSource("/events?topic=a", "Last-Event-ID: pos:old.5"))
                        .field("Last-Event-ID"))
                .isEqualTo(TestHub.cursor(3));
        assertThat(hub.untilAnswered(hub.eventSource("/events?topic=a&lastEventId="))
                        .field("Last-Event-ID"))
                .isEqualTo(TestHub.cursor(3));
        assertThat(hub.untilAnswered(hub.eventSource("/events?topic=a&last=2")).field("Last-Event-ID"))
                .isNull();
    }

    // events

    @Test
    void writesWhatIsPublished() {
        FakeExchange stream = hub.eventSource("/events?topic=a&topic=c");
        hub.publish(Event.of("a", "one"));
        hub.publish(Event.of("b", "not for us"));
        hub.publish(Event.on("c")
                .type("greeting")
                .id("my-id")
                .retry(99)
                .data("two\r\nlines\n")
                .build());

        StandardReader reader = StandardReader.of(stream.stream().text());
        assertThat(reader.messages)
                .containsExactly(
                        new StandardReader.Message("message", "one", TestHub.cursor(1)),
                        new StandardReader.Message("greeting", "two\nlines\n", "my-id"));
        assertThat(reader.retry).isEqualTo(99);
    }

    @Test
    void resumesBehindACursor() {
        hub.publish("a", "1", "2", "3", "4");

        FakeExchange stream = hub.eventSource("/events?topic=a", "Last-Event-ID: " + TestHub.cursor(2));

        StandardReader reader = awaitMessages(stream, 2);
        assertThat(reader.data()).containsExactly("3", "4");
        assertThat(reader.comments).isEmpty();
        hub.publish("a", "5");
        assertThat(StandardReader.of(stream.stream().text()).data()).containsExactly("3", "4", "5");
    }

    @Test
    void resumesBehindAPublishersId() {
        hub.publish(
                Event.on("a").id("é 1").data("1").build(),
                Event.on("a").id("x").data("2").build());

        FakeExchange stream = hub.eventSource("/events?topic=a&lastEventId=%C3%A9%201");

        assertThat(awaitMessages(stream, 1).data()).containsExactly("2");
        assertThat(stream.field("Last-Event-ID")).isEqualTo(TestHub.cursor(1));
    }

    @Test
    void startsWithAllThatIsKept() {
        hub.publish("a", "1", "2");

        assertThat(awaitMessages(hub.eventSource("/events?topic=*&lastEventId=earliest"), 2)
                        .data())
                .containsExactly("1", "2");
    }

    @Test
    void startsWithTheLastMatchingOnes() {
        hub.publish("a", "1", "2", "3");
        hub.publish("b", "x");

        FakeExchange stream = hub.eventSource("/events?topic=a&last=2");

        assertThat(awaitMessages(stream, 2).data()).containsExactly("2", "3");
    }

    @Test
    void aCursorBeatsLast() {
        hub.publish("a", "1", "2", "3");

        FakeExchange stream = hub.eventSource("/events?topic=a&last=3&lastEventId=" + TestHub.cursor(2));

        assertThat(awaitMessages(stream, 1).data()).containsExactly("3");
    }

    @Test
    void anEmptyCursorLeavesItToLast() {
        hub.publish("a", "1", "2", "3");

        assertThat(awaitMessages(hub.eventSource("/events?topic=a&last=1&lastEventId="), 1)
                        .data())
                .containsExactly("3");
    }

    @Test
    void conflatesWhatPilesUp() {
        hub.publish("t", "1", "2");
        hub.publish("u", "3");
        hub.publish("t", "4");

        FakeExchange stream = hub.eventSource("/events?topic=*&deliver=latest&lastEventId=earliest");

        assertThat(awaitMessages(stream, 2).data()).containsExactly("3", "4");
    }

    @Test
    void conflatesByKey() {
        hub.publish(
                Event.on("t").key("x").data("1").build(),
                Event.of("t", "2"),
                Event.on("t").key("y").data("3").build(),
                Event.of("t", "4"),
                Event.on("t").key("x").data("5").build());

        FakeExchange stream = hub.eventSource("/events?topic=t&deliver=latest-by-key&lastEventId=earliest");

        assertThat(awaitMessages(stream, 4).data()).containsExactly("2", "3", "4", "5");
    }

    @Test
    void wrapsEventsInJson() {
        FakeExchange stream = hub.eventSource("/events?topic=a&envelope=json");
        hub.publish(Event.on("a")
                .topic("b")
                .type("t")
                .key("k")
                .retry(5)
                .data("x\ny")
                .build());

        StandardReader.Message message =
                StandardReader.of(stream.stream().text()).messages.getFirst();
        assertThat(message.type()).isEqualTo("t");
        assertThat(message.lastEventId()).isEqualTo(TestHub.cursor(1));
        assertThat(Tree.object(message.data()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "id",
                        TestHub.cursor(1),
                        "topics",
                        List.of("a", "b"),
                        "type",
                        "t",
                        "data",
                        "x\ny",
                        "key",
                        "k",
                        "retry",
                        5L,
                        "time",
                        hub.clock.millis()));
    }

    @Test
    void waitsForAReaderThatTakesNothing() {
        FakeExchange stream = hub.eventSource("/events?topic=a");
        stream.stream().ready(false);
        hub.publish("a", "1", "2", "3");
        assertThat(StandardReader.of(stream.stream().text()).messages).isEmpty();

        stream.stream().ready(true);
        assertThat(awaitMessages(stream, 3).data()).containsExactly("1", "2", "3");
    }

    // the travelling cursor

    @Test
    void aHeartbeatMovesTheCursorOfAQuietReader() {
        FakeExchange stream = hub.eventSource("/events?topic=quiet");
        hub.publish("busy", "1", "2", "3");

        hub.pass(Duration.ofSeconds(16));

        StandardReader reader = StandardReader.of(stream.stream().text());
        assertThat(reader.lastEventId).isEqualTo(TestHub.cursor(3));
        assertThat(reader.messages).isEmpty();
    }

    @Test
    void aHeartbeatAlsoMovesTheCursorPastWhatCameInTheSameTurnAsAnEvent() {
        FakeExchange stream = hub.eventSource("/events?topic=a");
        hub.hub.publish(List.of(Event.of("a", "ours"), Event.of("busy", "1"), Event.of("busy", "2")));
        hub.loop.run();
        assertThat(StandardReader.of(stream.stream().text()).lastEventId).isEqualTo(TestHub.cursor(1));

        hub.pass(Duration.ofSeconds(16));

        assertThat(StandardReader.of(stream.stream().text()).lastEventId).isEqualTo(TestHub.cursor(3));
    }

    @Test
    void aHeartbeatIsACommentWhenNothingHasMoved() {
        FakeExchange stream = hub.eventSource("/events?topic=a");
        hub.publish("a", "1");
        stream.stream().take();

        hub.pass(Duration.ofSeconds(16));

        assertThat(stream.stream().text()).isNotEmpty().matches("(:\n)+");
    }

    @Test
    void aHeartbeatIsACommentForOthers() {
        FakeExchange stream = hub.get("/events?topic=quiet");
        stream.stream().take();
        hub.publish("busy", "1");

        hub.pass(Duration.ofMinutes(1));

        assertThat(stream.stream().text()).isNotEmpty().matches("(:\n)+");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNeverSilentForLonger(boolean standard) {
        FakeExchange stream = standard ? hub.eventSource("/events?topic=a") : hub.get("/events?topic=a");
        for (int i = 0; i < 200; i++) {
            stream.stream().take();
            hub.pass(Duration.ofMillis(15_300));
            assertThat(stream.stream().text()).isNotEmpty();
        }
    }

    @Test
    void anEventPutsTheHeartbeatOff() {
        FakeExchange stream = hub.eventSource("/events?topic=a");
        stream.stream().take();
        for (int i = 0; i < 100; i++) {
            hub.pass(Duration.ofSeconds(4));
            hub.publish("a", "x");
        }

        assertThat(stream.stream().text()).doesNotContain(":\n:").doesNotStartWith(":");
        assertThat(StandardReader.of(stream.stream().text()).comments).isEmpty();
    }

    @Test
    void resumesAfterAQuietDayOfABusyHub() {
        limited(Limits.DEFAULT, 20_000);
        FakeExchange before = hub.eventSource("/events?topic=quiet");
        // Far more than the log keeps, and more topics than it remembers floors of: an old cursor would be lost.
        for (int hour = 0; hour < 24; hour++) {
            for (int i = 0; i < 1_000; i++) {
                hub.publish(Event.of("t" + hour + "/" + i, "x"));
            }
            hub.pass(Duration.ofHours(1));
        }
        String cursor = StandardReader.of(before.stream().text()).lastEventId;
        before.stream().hangUp();
        hub.publish("quiet", "at last");

        FakeExchange after = hub.eventSource("/events?topic=quiet&control=true", "Last-Event-ID: " + cursor);

        StandardReader reader = awaitMessages(after, 2);
        assertThat(Tree.object(reader.messages.getFirst().data())).containsEntry("state", "resumed");
        assertThat(reader.messages.get(1).data()).isEqualTo("at last");
    }

    @Test
    void aReaderCutBeforeItsFirstEventMissesNothing() {
        hub.publish("a", "old");
        FakeExchange cut = hub.eventSource("/events?topic=a");
        String cursor = StandardReader.of(cut.stream().text()).lastEventId;
        cut.stream().hangUp();
        hub.publish("a", "missed");

        assertThat(awaitMessages(hub.eventSource("/events?topic=a", "Last-Event-ID: " + cursor), 1)
                        .data())
                .containsExactly("missed");
    }

    // control events

    @Test
    void tellsItsStateInBandWhenAsked() {
        hub.publish("a", "1", "2", "3");
        FakeExchange stream = hub.eventSource("/events?topic=a&control=true&lastEventId=" + TestHub.cursor(1));

        StandardReader reader = awaitMessages(stream, 3);

        StandardReader.Message first = reader.messages.getFirst();
        assertThat(first.type()).isEqualTo("pharos");
        assertThat(first.lastEventId()).isEqualTo(TestHub.cursor(1));
        assertThat(Tree.object(first.data()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("state", "resumed", "from", TestHub.cursor(1), "replayed", 2L, "heartbeat", 15L));
    }

    @Test
    void tellsThatItIsLive() {
        FakeExchange stream = hub.get("/events?topic=a&control=true");

        assertThat(Tree.object(awaitMessages(stream, 1).messages.getFirst().data()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("state", "live", "from", TestHub.cursor(0), "replayed", 0L, "heartbeat", 15L));
    }

    @Test
    void tellsThatItIsLostAndWhy() {
        hub.publish("a", "1");

        FakeExchange foreign = hub.eventSource("/events?topic=a&control=true&lastEventId=pos:other.7");
        assertThat(Tree.object(awaitMessages(foreign, 1).messages.getFirst().data()))
                .containsEntry("state", "lost")
                .containsEntry("from", TestHub.cursor(1))
                .containsKey("reason");

        FakeExchange unknown = hub.eventSource("/events?topic=a&lastEventId=nobody-knows");
        assertThat(StandardReader.of(opened(unknown)).comments)
                .hasSize(1)
                .first(InstanceOfAssertFactories.STRING)
                .startsWith("lost: ");
    }

    @Test
    void tellsInBandWhenASlowReaderLostSomething() {
        limited(Limits.DEFAULT, 20_000);
        FakeExchange stream = hub.eventSource("/events?topic=a&control=true");
        awaitMessages(stream, 1);
        stream.stream().ready(false);
        for (int i = 1; i <= 2_000; i++) {
            hub.publish("a", "data of event " + i + "x".repeat(200));
        }
        stream.stream().ready(true);

        hub.until("the newest event", () -> stream.stream().text().contains("event 2000x"));
        List<StandardReader.Message> messages =
                StandardReader.of(stream.stream().text()).messages;
        List<String> states = messages.stream()
                .filter(message -> message.type().equals("pharos"))
                .map(message -> Tree.string(Tree.object(message.data()), "state"))
                .toList();
        assertThat(states).first(InstanceOfAssertFactories.STRING).isEqualTo("live");
        assertThat(states)
                .hasSizeGreaterThan(1)
                .last(InstanceOfAssertFactories.STRING)
                .isEqualTo("lost");
        // After the notice there is no further hole.
        assertThat(messages.get(1).type()).isEqualTo("pharos");
        assertThat(messages).hasSizeLessThan(200);
    }

    @Test
    void anEarlierNoticeIsNotRepeated() {
        limited(Limits.DEFAULT, 20_000);
        for (int i = 1; i <= 1_000; i++) {
            hub.publish("a", "x".repeat(200));
        }
        FakeExchange stream = hub.eventSource("/events?topic=a&control=true&lastEventId=" + TestHub.cursor(1));

        StandardReader reader = awaitMessages(stream, 10);
        assertThat(reader.messages.stream().filter(message -> message.type().equals("pharos")))
                .hasSize(1);
        assertThat(Tree.object(reader.messages.getFirst().data())).containsEntry("state", "lost");
    }

    // overload and the end

    @Test
    void anOverloadedHubSendsReadersAwayInTheWayTheySurvive() {
        limited(Limits.DEFAULT.withSubscriptions(1), 1 << 20);
        FakeExchange first = hub.eventSource("/events?topic=a");
        hub.publish("a", "1");

        FakeExchange standard = hub.eventSource("/events?topic=a");
        assertThat(standard.status()).isEqualTo(200);
        assertThat(standard.stream().closed()).isTrue();
        StandardReader reader = StandardReader.of(standard.stream().text());
        assertThat(reader.lastEventId).isEqualTo(TestHub.cursor(1));
        assertThat(reader.retry).isBetween(2_600L, 5_400L);
        assertThat(reader.messages).isEmpty();

        FakeExchange other = hub.get("/events?topic=a");
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.stream().text()).startsWith("retry: ").doesNotContain("\n\n");
        assertThat(other.stream().closed()).isTrue();

        first.stream().hangUp();
        FakeExchange resumed = hub.eventSource("/events?topic=a", "Last-Event-ID: " + reader.lastEventId);
        hub.publish("a", "2");
        assertThat(awaitMessages(resumed, 1).data()).containsExactly("2");
    }

    @Test
    void aReaderWithOnePatternTooManyIsSentAwayInTheWayItSurvives() {
        limited(Limits.DEFAULT.withPatterns(1), 1 << 20);
        FakeExchange first = hub.eventSource("/events?topic=%7Bx%7D");
        FakeExchange same = hub.eventSource("/events?topic=%7Bx%7D");
        FakeExchange other = hub.eventSource("/events?topic=%7By%7D");

        assertThat(same.stream().closed()).isFalse();
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.stream().closed()).isTrue();
        assertThat(StandardReader.of(other.stream().text()).lastEventId).isEqualTo(TestHub.cursor(0));

        first.stream().hangUp();
        same.stream().hangUp();
        assertThat(hub.eventSource("/events?topic=%7By%7D").stream().closed()).isFalse();
    }

    @Test
    void anOverloadedHubLeavesTheirCursorToReadersThatHaveOne() {
        limited(Limits.DEFAULT.withSubscriptions(0), 1 << 20);
        hub.publish("a", "1", "2");

        assertThat(hub.eventSource("/events?topic=a&lastEventId=" + TestHub.cursor(1)).stream()
                        .text())
                .doesNotContain("id:");
        // A cursor would beat what it came for.
        assertThat(hub.eventSource("/events?topic=a&last=1").stream().text()).doesNotContain("id:");
    }

    @Test
    void endsWithAReconnectionTimeWhenTheHubStops() {
        FakeExchange stream = hub.eventSource("/events?topic=a");
        FakeExchange other = hub.get("/events?topic=a");
        stream.stream().take();
        other.stream().take();

        hub.hub.drain();
        hub.loop.run();

        assertThat(stream.stream().closed()).isTrue();
        assertThat(StandardReader.of(stream.stream().text()).retry).isBetween(2_600L, 5_400L);
        assertThat(other.stream().closed()).isTrue();
        assertThat(other.stream().text()).contains("retry: ").doesNotContain("\n\n");
        assertThat(hub.protocol.counts().streams()).isZero();
        hub.pass(Duration.ofMinutes(1));
    }

    @Test
    void answersOnceWhenTheHubStopsWhileTheHistoryIsLookedUp() {
        hub.publish("a", "1", "2");
        FakeExchange stream =
                new FakeExchange(hub.loop, "GET", "/events?topic=a&lastEventId=earliest", "Cache-Control: no-cache");
        hub.loop.within(() -> {
            hub.protocol.handle(stream, stream);
            hub.hub.drain();
        });
        // The result of the look-up waits behind the drain.
        Awaitility.await().until(() -> hub.loop.pending() == 2);

        hub.untilAnswered(stream);
        hub.until("the end", () -> hub.protocol.counts().streams() == 0);
        assertThat(stream.stream().closed()).isTrue();
    }

    @Test
    void leavesNothingBehindWhenItsReaderGoes() {
        FakeExchange open = hub.eventSource("/events?topic=a");
        FakeExchange opening = new FakeExchange(hub.loop, "GET", "/events?topic=a&lastEventId=earliest");
        hub.loop.within(() -> hub.protocol.handle(opening, opening));
        assertThat(hub.protocol.counts().streams()).isEqualTo(2);

        opening.disappear();
        open.stream().hangUp();

        hub.loop.run();
        assertThat(hub.protocol.counts().streams()).isZero();
        assertThat(hub.hub.stats().subscriptions()).isZero();
        hub.pass(Duration.ofMinutes(1));
        assertThat(opening.answered()).isFalse();
    }

    @Test
    void hidesPrivateEvents() {
        FakeExchange stream = hub.eventSource("/events?topic=*");
        hub.publish(Event.on("a").isPrivate(true).data("secret").build(), Event.of("a", "open"));

        assertThat(StandardReader.of(stream.stream().text()).data()).containsExactly("open");
    }
}

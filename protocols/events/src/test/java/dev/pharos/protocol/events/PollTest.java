package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.hub.Limits;
import dev.pharos.log.Event;
import dev.pharos.testkit.fake.FakeExchange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollTest {

    private TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    private void limited(Limits limits, long logBytes) {
        hub.close();
        hub = new TestHub(limits, EventsOptions.DEFAULT, logBytes);
    }

    private Map<String, Object> answer(FakeExchange poll) {
        hub.untilAnswered(poll);
        assertThat(poll.status()).isEqualTo(200);
        return Tree.object(poll.text());
    }

    private static List<String> data(Map<String, Object> answer) {
        return Tree.objects(answer, "events").stream()
                .map(event -> Tree.string(event, "data"))
                .toList();
    }

    @Test
    void answersAtOnceWhatLiesBehindTheCursor() {
        hub.publish("a", "1", "2", "3");

        FakeExchange poll = hub.poll("/events?topic=a&lastEventId=" + TestHub.cursor(1));

        assertThat(answer(poll))
                .containsEntry("state", "resumed")
                .containsEntry("lastEventId", TestHub.cursor(3))
                .containsEntry("more", false)
                .containsOnlyKeys("state", "events", "lastEventId", "more");
        assertThat(data(answer(poll))).containsExactly("2", "3");
        assertThat(poll.field("Content-Type")).isEqualTo("application/json");
        assertThat(poll.field("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void givesEventsTheirOneShape() {
        FakeExchange poll = hub.poll("/events?topic=a");
        hub.publish(Event.on("a").id("i").data("").build());

        assertThat(Tree.objects(answer(poll), "events"))
                .containsExactly(Map.of("id", "i", "topics", List.of("a"), "data", "", "time", hub.clock.millis()));
    }

    @Test
    void waitsForTheFirstEvent() {
        FakeExchange poll = hub.poll("/events?topic=a&wait=10");
        hub.pass(Duration.ofSeconds(9));
        assertThat(poll.answered()).isFalse();

        hub.publish("b", "x");
        hub.publish("a", "y");

        assertThat(data(answer(poll))).containsExactly("y");
        assertThat(answer(poll)).containsEntry("state", "live").containsEntry("lastEventId", TestHub.cursor(2));
    }

    @Test
    void tellsWhatItHasExaminedWhenNothingMatched() {
        FakeExchange poll = hub.poll("/events?topic=a&wait=10");
        hub.publish("b", "1", "2", "3");

        hub.pass(Duration.ofMillis(10_500));

        assertThat(data(answer(poll))).isEmpty();
        assertThat(answer(poll)).containsEntry("lastEventId", TestHub.cursor(3));
    }

    @Test
    void waitsFor25SecondsUnlessTold() {
        FakeExchange poll = hub.poll("/events?topic=a");
        hub.pass(Duration.ofSeconds(24));
        assertThat(poll.answered()).isFalse();

        hub.pass(Duration.ofMillis(1_500));

        assertThat(poll.answered()).isTrue();
    }

    @Test
    void obeysThePreferredWait() {
        FakeExchange poll = hub.poll("/events?topic=a", "Prefer: wait=2");

        hub.pass(Duration.ofMillis(2_500));

        assertThat(poll.answered()).isTrue();
    }

    @Test
    void pollsWithoutWaiting() {
        hub.publish("b", "1");

        FakeExchange poll = hub.poll("/events?topic=a&wait=0");

        assertThat(poll.answered()).isTrue();
        assertThat(answer(poll)).containsEntry("state", "live").containsEntry("lastEventId", TestHub.cursor(1));
    }

    @Test
    void doesNotWaitBehindACursorEither() {
        hub.publish("b", "1", "2");

        FakeExchange poll = hub.poll("/events?topic=a&wait=0&lastEventId=" + TestHub.cursor(1));

        assertThat(data(answer(poll))).isEmpty();
        assertThat(answer(poll)).containsEntry("state", "resumed").containsEntry("lastEventId", TestHub.cursor(2));
    }

    @Test
    void aSlowHistoryIsNotTheEndOfTheWait() {
        hub.publish("a", "1", "2");
        FakeExchange poll = new FakeExchange(
                hub.loop, "GET", "/events?topic=a&wait=0&lastEventId=" + TestHub.cursor(1), "Accept: application/json");
        hub.loop.within(() -> hub.protocol.handle(poll, poll));

        // Time passes although the history's answer is not taken yet.
        hub.time.pass(Duration.ofSeconds(5));

        assertThat(data(answer(poll))).containsExactly("2");
    }

    @Test
    void readsInBoundedPieces() {
        limited(Limits.DEFAULT, 16 << 20);
        String kilobyte = "x".repeat(1000);
        for (int i = 0; i < 3_000; i++) {
            hub.publish(Event.of("a", i + kilobyte));
        }

        String cursor = "earliest";
        int seen = 0;
        int polls = 0;
        boolean more = true;
        while (more) {
            FakeExchange poll = hub.poll("/events?topic=a&wait=0&lastEventId=" + cursor);
            for (String data : data(answer(poll))) {
                assertThat(data).isEqualTo(seen + kilobyte);
                seen++;
            }
            assertThat(poll.text()).hasSizeLessThan(150 << 10);
            cursor = Tree.string(answer(poll), "lastEventId");
            more = Boolean.TRUE.equals(answer(poll).get("more"));
            polls++;
        }

        assertThat(seen).isEqualTo(3_000);
        assertThat(polls).isBetween(20, 50);
    }

    @Test
    void aSparseSelectorDoesNotStall() {
        limited(Limits.DEFAULT, 16 << 20);
        for (int i = 0; i < 5_000; i++) {
            hub.publish(Event.of("chatter", "x".repeat(1000)));
        }
        hub.publish("rare", "found");

        String cursor = TestHub.cursor(1);
        for (int polls = 0; polls < 20; polls++) {
            Map<String, Object> answer = answer(hub.poll("/events?topic=rare&wait=0&lastEventId=" + cursor));
            if (!data(answer).isEmpty()) {
                assertThat(data(answer)).containsExactly("found");
                return;
            }
            assertThat(Tree.string(answer, "lastEventId")).isNotEqualTo(cursor);
            cursor = Tree.string(answer, "lastEventId");
        }
        throw new AssertionError("not found behind " + cursor);
    }

    @Test
    void tellsThatSomethingWasLost() {
        limited(Limits.DEFAULT, 10_000);
        for (int i = 0; i < 1_000; i++) {
            hub.publish(Event.of("a", "event " + i));
        }

        Map<String, Object> answer = answer(hub.poll("/events?topic=a&lastEventId=" + TestHub.cursor(1)));

        assertThat(answer).containsEntry("state", "lost");
        assertThat(data(answer)).last().isEqualTo("event 999");
    }

    @Test
    void tellsAtOnceThatACursorIsForeign() {
        hub.publish("a", "1");

        FakeExchange poll = hub.poll("/events?topic=a&lastEventId=pos:other.1");

        assertThat(answer(poll)).containsEntry("state", "lost").containsEntry("lastEventId", TestHub.cursor(1));
    }

    @Test
    void takesModes() {
        hub.publish("t", "1", "2", "3");

        assertThat(data(answer(hub.poll("/events?topic=t&lastEventId=earliest&deliver=latest"))))
                .containsExactly("3");
        assertThat(data(answer(hub.poll("/events?topic=t&last=2")))).containsExactly("2", "3");
    }

    @Test
    void anOverloadedHubSaysWhenToComeBack() {
        limited(Limits.DEFAULT.withSubscriptions(0), 1 << 20);

        FakeExchange poll = hub.poll("/events?topic=a");

        assertThat(poll.status()).isEqualTo(503);
        assertThat(poll.field("Retry-After")).matches("[1-9]");
        assertThat(poll.text()).contains("subscriptions").hasLineCount(1);
        assertThat(hub.protocol.counts().polls()).isZero();
    }

    @Test
    void aHubWithoutRoomForAPatternSaysSo() {
        limited(Limits.DEFAULT.withPatterns(0), 1 << 20);

        FakeExchange poll = hub.poll("/events?topic=%7Bx%7D");

        assertThat(poll.status()).isEqualTo(503);
        assertThat(poll.field("Retry-After")).matches("[1-9]");
        assertThat(poll.text()).contains("patterns").hasLineCount(1);
        assertThat(answer(hub.poll("/events?topic=a&wait=0"))).containsEntry("state", "live");
    }

    @Test
    void answersWhatItHasWhenTheHubStops() {
        FakeExchange poll = hub.poll("/events?topic=a");

        hub.hub.drain();
        hub.loop.run();

        assertThat(answer(poll)).containsEntry("state", "live");
        FakeExchange late = hub.poll("/events?topic=a");
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.text()).contains("stopping");
        assertThat(late.field("Retry-After")).isNotNull();
    }

    @Test
    void leavesNothingBehindWhenItsReaderGoes() {
        FakeExchange poll = hub.poll("/events?topic=a");
        assertThat(hub.protocol.counts().polls()).isEqualTo(1);

        poll.disappear();

        assertThat(hub.protocol.counts().polls()).isZero();
        assertThat(hub.hub.stats().subscriptions()).isZero();
        hub.publish("a", "1");
        hub.pass(Duration.ofMinutes(1));
        assertThat(poll.answered()).isFalse();
    }
}

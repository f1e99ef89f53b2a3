package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.EventLog.Bounds;
import dev.pharos.log.MemoryLog.Retention;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a memory log keeps, and what it tells of the rest. */
class RetentionTest {

    private static final Bounds UNBOUNDED = new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE);
    private static final int SIZE = Sizes.of(Event.of("a", ""));

    private MemoryLog log = keeping(5, 0);

    @Test
    void keepsWithinItsBytes() {
        publish(100, "a");
        assertThat(log.size()).isEqualTo(new EventLog.Size(5, 5L * SIZE));
        assertThat(positions(TopicFilter.ALL)).containsExactly(96L, 97L, 98L, 99L, 100L);
    }

    @Test
    void keepsTheNewestEventHoweverLarge() {
        log.append(List.of(Event.of("a", "x".repeat(100 * SIZE))));
        assertThat(positions(TopicFilter.ALL)).containsExactly(1L);
        publish(1, "a");
        assertThat(positions(TopicFilter.ALL)).containsExactly(2L);
    }

    @Test
    void keepsTheNewestOfATopicThatOthersPushOut() {
        log = keeping(5, 2);
        publish(3, "q");
        publish(100, "c");
        assertThat(positions(TopicFilter.of("q"))).containsExactly(2L, 3L);
        assertThat(positions(TopicFilter.ALL)).containsExactly(2L, 3L, 99L, 100L, 101L, 102L, 103L);
        assertThat(log.size().events()).isEqualTo(7);
        publish(1, "q");
        assertThat(positions(TopicFilter.of("q"))).containsExactly(3L, 104L);
    }

    @Test
    void keepsAnEventWhileItIsTheNewestOfOneOfItsTopics() {
        log = keeping(5, 1);
        log.append(List.of(Event.on("a").topic("b").build()));
        publish(10, "a");
        assertThat(positions(TopicFilter.of("b"))).containsExactly(1L);
        publish(1, "b");
        assertThat(positions(TopicFilter.of("b"))).containsExactly(12L);
    }

    @Test
    void keepsTheNewestOfSoManyTopicsOnly() {
        log = new MemoryLog("e", new Retention(5L * SIZE, 1, 3, 1 << 20), InstantSource.system());
        for (String topic : List.of("p", "q", "r", "s")) {
            publish(1, topic);
        }
        publish(10, "s");
        assertThat(positions(TopicFilter.ALL)).startsWith(2L, 3L).doesNotContain(1L);
    }

    @Test
    void keepsTheNewestOfTopicsWithinBytesOfTheirOwn() {
        String data = "x".repeat(1_000);
        int size = Sizes.of(Event.of("a", data));
        log = new MemoryLog("e", new Retention(5L * size, 1, 100, 10L * size), InstantSource.system());
        for (char topic = 'a'; topic <= 'z'; topic++) {
            log.append(List.of(Event.of(String.valueOf(topic), data)));
        }
        assertThat(positions(TopicFilter.ALL)).hasSize(15).startsWith(12L);
        assertThat(log.size().bytes()).isEqualTo(15L * size);
    }

    @Test
    void tellsALossOnlyToWhomItConcerns() {
        publish(1, "q");
        publish(20, "c");
        publish(1, "q");
        assertThat(floor(0, "q")).isEqualTo(1);
        assertThat(floor(1, "q")).isZero();
        assertThat(floor(1, "c")).isEqualTo(17);
        assertThat(floor(17, "c")).isZero();
        assertThat(floor(0, "u")).isZero();
        assertThat(log.resolve(new Cursor("e", 1), TopicFilter.of("q"))).isEqualTo(new Resolution.Resumed(1));
        assertThat(log.resolve(new Cursor("e", 1), TopicFilter.of("q", "c")))
                .isInstanceOfSatisfying(Resolution.Lost.class, lost -> {
                    assertThat(lost.from()).isEqualTo(1);
                    assertThat(lost.floor()).isEqualTo(17);
                });
        assertThat(log.resolve(new Cursor("e", 16), TopicFilter.ALL)).isInstanceOf(Resolution.Lost.class);
        assertThat(log.resolve(new Cursor("e", 17), TopicFilter.ALL)).isInstanceOf(Resolution.Resumed.class);
    }

    @Test
    void tellsThoseOfEveryTopicOfADroppedEvent() {
        log.append(List.of(Event.on("a").topic("b").build()));
        publish(10, "c");
        assertThat(floor(0, "a")).isEqualTo(1);
        assertThat(floor(0, "b")).isEqualTo(1);
        assertThat(floor(1, "b")).isZero();
    }

    @Test
    void tellsNobodyOfAPrivateEventThatCouldNotSeeIt() {
        log.append(List.of(Event.on("a").isPrivate(true).build()));
        publish(10, "c");
        assertThat(floor(0, "a")).isZero();
        assertThat(log.read(0, TopicFilter.of("a").withPrivate(), UNBOUNDED).floor())
                .isEqualTo(1);
    }

    @Test
    void tellsOfADroppedSurvivor() {
        log = keeping(5, 1);
        publish(1, "q");
        publish(20, "c");
        assertThat(floor(0, "q")).isZero();
        publish(1, "q");
        assertThat(floor(0, "q")).isEqualTo(1);
    }

    @Test
    void judgesForgottenTopicsByOneWatermark() {
        log = new MemoryLog("e", new Retention(5L * SIZE, 0, 2, 1 << 20), InstantSource.system());
        for (String topic : List.of("a", "b", "c", "d")) {
            publish(1, topic);
        }
        publish(5, "e");
        // a and b are forgotten, c and d are known to have lost 3 and 4.
        assertThat(floor(1, "n")).isEqualTo(2);
        assertThat(floor(2, "n")).isZero();
        assertThat(floor(2, "c")).isEqualTo(3);
        assertThat(floor(3, "c")).isZero();
        assertThat(floor(3, "d")).isEqualTo(4);
    }

    @Test
    void doesNotCallLostWhatWasReadBeforeItWasDropped() {
        log = keeping(1_500, 0);
        publish(1_500, "a");
        // The reader takes so long that what it has read is dropped before it comes to the rest.
        boolean[] dropped = {false};
        EventLog.Batch batch = log.read(
                0,
                new Filtered(() -> {
                    if (!dropped[0]) {
                        dropped[0] = true;
                        publish(1_000, "a");
                    }
                }),
                UNBOUNDED);
        assertThat(batch.entries()).hasSize(2_500);
        assertThat(batch.floor()).isZero();
    }

    @Test
    void callsLostWhatWasDroppedBeforeTheReadCameToIt() {
        log = keeping(1_500, 0);
        publish(1_500, "a");
        boolean[] dropped = {false};
        EventLog.Batch batch = log.read(
                0,
                new Filtered(() -> {
                    if (!dropped[0]) {
                        dropped[0] = true;
                        publish(2_000, "a");
                    }
                }),
                UNBOUNDED);
        assertThat(batch.entries()).hasSize(1_024 + 1_500);
        assertThat(batch.floor()).isEqualTo(2_000);
    }

    @Test
    void findsAnIdAsLongAsItsEventIsKept() {
        log.append(List.of(Event.on("a").id("x").build()));
        publish(3, "a");
        assertThat(log.find("x")).hasValue(1);
        publish(2, "a");
        assertThat(log.find("x")).isEmpty();
    }

    @Test
    void countsSurvivorsAmongTheNewest() {
        log = keeping(5, 1);
        publish(1, "q");
        publish(1, "k");
        publish(20, "c");
        assertThat(log.latest(TopicFilter.of("q", "k"), 1)).isEqualTo(1);
        assertThat(log.latest(TopicFilter.of("q", "k"), 2)).isZero();
        assertThat(log.latest(TopicFilter.ALL, 6)).isEqualTo(1);
    }

    @Test
    void takesOneReadAcrossAHole() {
        log = keeping(5, 1);
        publish(1, "q");
        publish(10_000, "c");
        EventLog.Batch first = log.read(0, TopicFilter.ALL, new Bounds(1, 1 << 20));
        assertThat(first.entries()).extracting(Entry::position).containsExactly(1L);
        EventLog.Batch second = log.read(first.next(), TopicFilter.ALL, new Bounds(1_024, 1 << 20));
        assertThat(second.entries()).isEmpty();
        assertThat(second.next()).isEqualTo(9_996);
    }

    @Test
    void forgetsAMillionTopicsThatWereUsedOnce() {
        log = new MemoryLog("e", Retention.ofBytes(256 << 10), InstantSource.system());
        for (int i = 0; i < 1_000_000; i++) {
            log.append(List.of(Event.of("https://example.com/used-once/" + i, "")));
        }
        assertThat(log.size().bytes()).isLessThanOrEqualTo(512 << 10);
        assertThat(log.topicsRemembered()).isLessThanOrEqualTo(2_000);
        publish(2_000, "a");
        assertThat(floor(0, "https://example.com/used-once/1")).isPositive();
    }

    /** All events; calls back when one is judged. */
    private static final class Filtered extends TopicFilter {
        private final Runnable judged;

        Filtered(Runnable judged) {
            super(null, true);
            this.judged = judged;
        }

        @Override
        public boolean matches(Event event) {
            judged.run();
            return super.matches(event);
        }
    }

    private static MemoryLog keeping(int events, int keepLast) {
        return new MemoryLog(
                "e", new Retention((long) events * SIZE, keepLast, 1_000, 1 << 20), InstantSource.system());
    }

    private void publish(int count, String topic) {
        for (int i = 0; i < count; i++) {
            log.append(List.of(Event.of(topic, "")));
        }
    }

    private List<Long> positions(Filter filter) {
        return log.read(0, filter, UNBOUNDED).entries().stream()
                .map(Entry::position)
                .toList();
    }

    private long floor(long after, String topic) {
        return log.read(after, TopicFilter.of(topic), new Bounds(after, 1)).floor();
    }
}

package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.EventLog.Bounds;
import dev.pharos.log.MemoryLog.Retention;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryLogTest {

    private static final Bounds UNBOUNDED = new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE);

    private long millis = 1_000;
    private final InstantSource clock = InstantSource.system();
    private final MemoryLog log = new MemoryLog(
            "e",
            Retention.ofBytes(1 << 20),
            () -> clock.instant().minusMillis(clock.millis()).plusMillis(millis));

    @Test
    void givesGrowingPositionsAndTheTime() {
        assertThat(append("a", "b")).extracting(Entry::position).containsExactly(1L, 2L);
        millis = 2_000;
        Entry third = append("a").getFirst();
        assertThat(third.position()).isEqualTo(3);
        assertThat(third.time()).isEqualTo(2_000);
        assertThat(log.end()).isEqualTo(3);
    }

    @Test
    void appendingNothingChangesNothing() {
        assertThat(append()).isEmpty();
        assertThat(log.end()).isZero();
    }

    @Test
    void showsItsTailEachEventOnceInOrder() {
        append("before");
        List<Entry> seen = new ArrayList<>();
        assertThat(log.listen(seen::addAll)).isEqualTo(1);
        append("a", "b");
        append("c");
        assertThat(seen).extracting(Entry::position).containsExactly(2L, 3L, 4L);
    }

    @Test
    void canReadAnEventWhenItsTailShowsIt() {
        List<Long> ends = new ArrayList<>();
        log.listen(entries -> {
            ends.add(log.end());
            assertThat(log.read(0, TopicFilter.ALL, UNBOUNDED).entries()).containsAll(entries);
        });
        append("a", "b");
        assertThat(ends).containsExactly(2L);
    }

    @Test
    void readsWhatMatchesBehindAPosition() {
        append("a", "b", "a", "c", "a");
        EventLog.Batch batch = log.read(1, TopicFilter.of("a"), UNBOUNDED);
        assertThat(batch.entries()).extracting(Entry::position).containsExactly(3L, 5L);
        assertThat(batch.next()).isEqualTo(5);
        assertThat(batch.floor()).isZero();
    }

    @Test
    void readsByEveryTopicOfAnEvent() {
        log.append(List.of(Event.on("a").topic("b").build()));
        assertThat(log.read(0, TopicFilter.of("b"), UNBOUNDED).entries()).hasSize(1);
    }

    @Test
    void endsAReadAtTheBytesExaminedWhateverMatches() {
        append("a", "b", "a", "b", "a");
        int two = 2 * Sizes.of(Event.of("a", ""));
        EventLog.Batch batch = log.read(0, unlisted("b"), new Bounds(Long.MAX_VALUE, two));
        assertThat(batch.entries()).extracting(Entry::position).containsExactly(2L);
        assertThat(batch.next()).isEqualTo(2);
        assertThat(log.read(2, unlisted("b"), new Bounds(Long.MAX_VALUE, 1)).next())
                .isEqualTo(3);
    }

    @Test
    void examinesOnlyWhatCouldMatchInAQuietTopic() {
        append("b");
        for (int i = 0; i < 3_000; i++) {
            append("a");
        }
        append("b", "a", "b", "a");
        int[] judged = {0};
        Filter counting = new TopicFilter(Set.of("b", "c"), false) {
            @Override
            public boolean matches(Event event) {
                judged[0]++;
                return super.matches(event);
            }
        };
        assertThat(log.read(0, counting, new Bounds(Long.MAX_VALUE, 1 << 20)).entries())
                .extracting(Entry::position)
                .containsExactly(1L, 3_002L, 3_004L);
        assertThat(log.latest(counting, 2)).isEqualTo(3_001);
        assertThat(judged[0]).isLessThanOrEqualTo(6);
        // The next read begins where there is something.
        EventLog.Batch batch = log.read(1, counting, new Bounds(1_024, 1 << 20));
        assertThat(batch.entries()).isEmpty();
        assertThat(batch.next()).isEqualTo(3_001);
    }

    @Test
    void readsATopicOfManyEvents() {
        for (int i = 0; i < 2_000; i++) {
            append("a", "b");
        }
        List<Entry> entries = log.read(0, TopicFilter.of("a"), UNBOUNDED).entries();
        assertThat(entries).hasSize(2_000);
        assertThat(entries.getLast().position()).isEqualTo(3_999);
        assertThat(log.latest(TopicFilter.of("a"), 1_500)).isEqualTo(1_000);
    }

    @Test
    void movesOnThroughMuchThatDoesNotMatch() {
        for (int i = 0; i < 3_000; i++) {
            append("a");
        }
        append("b");
        append("a");
        EventLog.Batch batch = log.read(0, TopicFilter.of("b"), UNBOUNDED);
        assertThat(batch.entries()).extracting(Entry::position).containsExactly(3_001L);
        assertThat(batch.next()).isEqualTo(3_002);
    }

    @Test
    void endsAReadAtItsLastPosition() {
        append("a", "a", "a", "a");
        EventLog.Batch batch = log.read(1, TopicFilter.ALL, new Bounds(3, Integer.MAX_VALUE));
        assertThat(batch.entries()).extracting(Entry::position).containsExactly(2L, 3L);
        assertThat(batch.next()).isEqualTo(3);
    }

    @Test
    void staysAtTheEnd() {
        append("a");
        for (long after : new long[] {1, 2, 99}) {
            EventLog.Batch batch = log.read(after, TopicFilter.ALL, UNBOUNDED);
            assertThat(batch.entries()).isEmpty();
            assertThat(batch.next()).isEqualTo(after);
        }
    }

    @Test
    void jumpsToTheEndWhenNothingOfATopicFollows() {
        append("quiet", "a", "a", "a");
        EventLog.Batch batch = log.read(1, TopicFilter.of("quiet", "unknown"), new Bounds(2, 1));
        assertThat(batch.entries()).isEmpty();
        assertThat(batch.next()).isEqualTo(4);
    }

    @Test
    void readsEveryTopicHoweverManyThereAre() {
        // More topics than are remembered as the newest ones.
        MemoryLog many = new MemoryLog("e", new Retention(100 << 20, 1, 10, 1 << 20), clock);
        for (int i = 0; i < 100; i++) {
            many.append(List.of(Event.of("t" + i, "")));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(many.read(0, TopicFilter.of("t" + i), UNBOUNDED).entries())
                    .as("topic %d", i)
                    .extracting(Entry::position)
                    .containsExactly(i + 1L);
            assertThat(many.latest(TopicFilter.of("t" + i), 1)).isEqualTo(i);
        }
    }

    @Test
    void findsWhereTheNewestBegin() {
        append("a", "b", "a", "b", "a", "b");
        assertThat(log.latest(TopicFilter.of("a"), 1)).isEqualTo(4);
        assertThat(log.latest(TopicFilter.of("a"), 2)).isEqualTo(2);
        assertThat(log.latest(TopicFilter.of("a"), 99)).isZero();
        assertThat(log.latest(TopicFilter.of("a"), 0)).isEqualTo(6);
        assertThat(log.latest(TopicFilter.of("nobody"), 3)).isEqualTo(6);
        assertThat(log.latest(TopicFilter.ALL, 6)).isZero();
    }

    @Test
    void findsTheEarliestEventWithAnId() {
        log.append(List.of(Event.on("t").id("x").build()));
        log.append(List.of(Event.on("t").id("y").build()));
        log.append(List.of(Event.on("t").id("x").build()));
        assertThat(log.find("x")).isEqualTo(OptionalLong.of(1));
        assertThat(log.find("y")).isEqualTo(OptionalLong.of(2));
        assertThat(log.find("z")).isEmpty();
    }

    @Test
    void judgesCursors() {
        append("a", "b");
        assertThat(log.resolve(new Cursor("e", 0), TopicFilter.ALL)).isEqualTo(new Resolution.Resumed(0));
        assertThat(log.resolve(new Cursor("e", 2), TopicFilter.ALL)).isEqualTo(new Resolution.Resumed(2));
        assertThat(log.resolve(new Cursor("e", 3), TopicFilter.ALL))
                .isInstanceOfSatisfying(Resolution.Lost.class, lost -> {
                    assertThat(lost.from()).isEqualTo(2);
                    assertThat(lost.floor()).isZero();
                    assertThat(lost.reason()).contains("beyond the end");
                });
        assertThat(log.resolve(new Cursor("other", 1), TopicFilter.ALL))
                .isInstanceOfSatisfying(Resolution.Lost.class, lost -> {
                    assertThat(lost.from()).isEqualTo(2);
                    assertThat(lost.floor()).isZero();
                    assertThat(lost.reason()).contains("another log");
                });
    }

    @Test
    void hasAnEpochThatFitsIntoACursor() {
        for (String epoch : List.of("", "E", "a.b", "a-b", "é", "x".repeat(21))) {
            assertThatThrownBy(() -> new MemoryLog(epoch, Retention.ofBytes(1), clock))
                    .hasMessageContaining("epoch");
        }
    }

    /** The same filter without a list of its topics. */
    private static Filter unlisted(String topic) {
        return new TopicFilter(Set.of(topic), false) {
            @Override
            public @Nullable Set<String> topics() {
                return null;
            }
        };
    }

    private List<Entry> append(String... topics) {
        List<Event> events = new ArrayList<>();
        for (String topic : topics) {
            events.add(Event.of(topic, ""));
        }
        return log.append(events).toCompletableFuture().join();
    }
}

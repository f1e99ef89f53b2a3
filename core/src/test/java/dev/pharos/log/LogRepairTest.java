package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.LogFiles.Positions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** After a repair a log starts, serves what is left at its old positions, and tells every reader whom something is missing. */
class LogRepairTest {

    private final SmallLog small = new SmallLog();

    @Test
    void hasNothingToDoWithoutDamage() throws IOException {
        small.with(40);
        Map<String, byte[]> before = files();
        LogRepair repair = small.repair();
        assertThat(repair.changes()).isEmpty();
        repair.apply(false);
        assertSame(before);
    }

    @Test
    void changesNothingBeforeItIsTold() throws IOException {
        small.with(40);
        small.flipIn(small.segments().get(2), SmallLog.first(small.segments().get(2)));
        Map<String, byte[]> before = files();
        assertThat(small.repair().changes()).isNotEmpty();
        assertSame(before);
    }

    @Test
    void leavesOutADamagedEventOfASealedSegment() throws IOException {
        small.with(40);
        String segment = small.segments().get(2);
        long event = SmallLog.first(segment) + 1;
        byte[] original = small.disk.content(segment);
        small.flipIn(segment, event);
        byte[] damaged = small.disk.content(segment);
        LogRepair repair = small.repair();
        assertThat(repair.lostEvents()).isEqualTo(1);
        assertThat(repair.lostBytes()).isBetween(40L, 200L);
        assertThat(repair.changes().getFirst().lost()).isEqualTo(new Positions(event, event));
        repaired(repair, false, event, event);
        assertThat(small.disk.content(segment + ".damaged")).isEqualTo(damaged);
        assertThat(small.disk.content(segment)).hasSizeLessThan(original.length);
    }

    @Test
    void keepsNoCopyWhenItIsDiscarded() throws IOException {
        small.with(40);
        small.flipIn(small.segments().get(2), SmallLog.first(small.segments().get(2)));
        small.repair().apply(true);
        assertThat(small.disk.list()).noneMatch(name -> name.contains("damaged") || name.endsWith(Layout.NEW));
    }

    @Test
    void leavesOutADamagedEventOfTheNewestSegment() throws IOException {
        small.with(43);
        long event = SmallLog.first(small.segments().getLast());
        small.flipIn(small.segments().getLast(), event);
        repaired(small.repair(), false, event, event);
    }

    @Test
    void leavesOutTheLastEvent() throws IOException {
        small.with(41);
        small.flipIn(small.segments().getLast(), 41);
        repaired(small.repair(), false, 41, 41);
    }

    @Test
    void leavesOutADamagedEventBeforeTheLastSyncOfACrash() throws IOException {
        small.crashedWith(46);
        long event = SmallLog.first(small.segments().getLast());
        small.flipIn(small.segments().getLast(), event);
        repaired(small.repair(), false, event, event);
    }

    @Test
    void leavesOutTheEndOfATruncatedSegment() throws IOException {
        small.with(40);
        String segment = small.segments().get(2);
        small.cut(segment, Layout.SEGMENT_HEADER + 20);
        repaired(
                small.repair(),
                false,
                SmallLog.first(segment),
                SmallLog.first(small.segments().get(3)) - 1);
    }

    @Test
    void closesTheChainOverAMissingSegment() throws IOException {
        small.with(40);
        String gone = small.segments().get(2);
        long next = SmallLog.first(small.segments().get(3));
        small.disk.delete(gone);
        repaired(small.repair(), false, SmallLog.first(gone), next - 1);
    }

    @Test
    void tellsACursorInTheHoleWhereItIs() throws IOException {
        small.with(40);
        long gone = SmallLog.first(small.segments().get(2));
        small.disk.delete(small.segments().get(2));
        small.repair().apply(false);
        try (SegmentLog log = small.open()) {
            assertThat(log.resolve(new Cursor(log.epoch(), gone + 2), SmallLog.ALL))
                    .isInstanceOfSatisfying(
                            Resolution.Lost.class,
                            lost -> assertThat(lost.reason()).contains("hole"));
        }
    }

    @Test
    void goesOnWithoutTheOldestSegment() throws IOException {
        small.with(40);
        small.disk.delete(small.segments().getFirst());
        repaired(small.repair(), false, 1, SmallLog.first(small.segments().getFirst()) - 1);
    }

    @Test
    void goesOnWithoutTheNewestSegment() throws IOException {
        small.with(40);
        String gone = small.segments().getLast();
        small.disk.delete(gone);
        repaired(small.repair(), false, SmallLog.first(gone), 40);
    }

    @Test
    void goesOnWithoutAnySegment() throws IOException {
        small.with(40);
        for (String segment : small.segments()) {
            small.disk.delete(segment);
        }
        repaired(small.repair(), false, 1, 40);
    }

    @Test
    void givesASegmentANewHeader() throws IOException {
        small.with(40);
        String segment = small.segments().get(2);
        small.flip(segment, Layout.SEGMENT_PREVIOUS);
        assertThatThrownBy(small::open).isInstanceOf(LogException.class);
        small.repair().apply(false);
        assertThat(small.damage()).isEmpty();
        try (SegmentLog log = small.open()) {
            assertThat(SmallLog.positions(log)).hasSize(40);
            assertThat(SmallLog.resumes(log, 0)).isTrue();
        }
    }

    @Test
    void setsASegmentOfAnotherLogAside() throws IOException {
        small.with(40);
        SmallLog other = new SmallLog().with(40);
        String stranger = small.segments().get(2);
        long next = SmallLog.first(small.segments().get(3));
        small.disk.put(stranger, other.disk.content(stranger));
        repaired(small.repair(), false, SmallLog.first(stranger), next - 1);
        assertThat(small.disk.list()).contains(stranger + ".damaged");
    }

    @Test
    void forgetsWhatADamagedKeptFileSaid() throws IOException {
        small.rolledWith(100);
        long first = SmallLog.first(small.segments().getFirst());
        small.flip(Layout.KEPT, 30);
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining(Layout.KEPT);
        small.repair().apply(false);
        assertThat(small.damage()).isEmpty();
        try (SegmentLog log = small.open()) {
            assertThat(SmallLog.positions(log)).startsWith(first).endsWith(100L);
            assertThat(log.resolve(new Cursor(log.epoch(), first - 2), TopicFilter.of("quiet")))
                    .isInstanceOf(Resolution.Lost.class);
            assertThat(SmallLog.resumes(log, first - 1)).isTrue();
        }
    }

    @Test
    void makesANewHeadWithTheEpochOfTheSegments() throws IOException {
        for (boolean missing : new boolean[] {false, true}) {
            SmallLog log = new SmallLog().with(40);
            String epoch = log.check().epoch();
            if (missing) {
                log.disk.delete(Layout.HEAD);
            } else {
                log.flip(Layout.HEAD, 40);
                log.flip(Layout.HEAD, Layout.HEAD_SLOT + 40);
            }
            assertThatThrownBy(log::open).isInstanceOf(LogException.class).hasMessageContaining("repair");
            log.repair().apply(false);
            assertThat(log.damage()).isEmpty();
            try (SegmentLog opened = log.open()) {
                assertThat(opened.epoch()).isEqualTo(epoch);
                assertThat(SmallLog.positions(opened)).hasSize(40);
                assertThat(opened.find("id7")).hasValue(7);
                assertThat(SmallLog.resumes(opened, 40))
                        .as("events behind the last one may be gone")
                        .isFalse();
                long next = opened.append(List.of(Event.of("a", "")))
                        .toCompletableFuture()
                        .join()
                        .getFirst()
                        .position();
                assertThat(next).isGreaterThan(40 + (1L << 20));
                assertThat(SmallLog.resumes(opened, next)).isTrue();
            }
        }
    }

    @Test
    void keepsEarlierOriginalsWhenItIsDoneAgain() throws IOException {
        small.with(40);
        String segment = small.segments().get(2);
        small.flipIn(segment, SmallLog.first(segment));
        small.repair().apply(false);
        small.flipIn(segment, SmallLog.first(segment) + 1);
        small.repair().apply(false);
        assertThat(small.disk.list()).contains(segment + ".damaged", segment + ".damaged-2");
        assertThat(small.damage()).isEmpty();
    }

    @RepeatedTest(60)
    void savesWhatIsWholeWhateverIsDamagedAndHoweverOftenItIsCutShort() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        if (random.nextBoolean()) {
            small.with(60);
        } else {
            small.crashedWith(60);
        }
        List<String> segments = small.segments();
        List<String> untouched = new ArrayList<>(segments);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String segment = segments.get(random.nextInt(segments.size()));
            boolean isThere = small.disk.list().contains(segment);
            untouched.remove(segment);
            if (random.nextInt(4) == 0) {
                small.disk.delete(segment);
            } else if (isThere) {
                int length = small.disk.content(segment).length;
                if (random.nextInt(3) == 0) {
                    small.cut(segment, 1 + random.nextInt(length));
                } else if (length > 0) {
                    small.flip(segment, random.nextInt(length));
                }
            }
        }
        if (random.nextInt(4) == 0) {
            small.disk.delete(Layout.HEAD);
        }
        small.disk.sync();
        for (int cutShort = random.nextInt(4); cutShort > 0; cutShort--) {
            int[] left = {random.nextInt(12)};
            LogRepair repair = small.repair();
            small.disk.fail(what -> {
                if (--left[0] < 0) {
                    small.disk.crash();
                }
            });
            try {
                repair.apply(random.nextBoolean());
            } catch (LogException off) {
                // The next one goes on.
            }
            small.disk.crash();
            small.disk.restart(random);
        }
        small.repair().apply(random.nextBoolean());
        assertThat(small.damage()).as("seed %d", seed).isEmpty();
        try (SegmentLog log = small.open()) {
            List<Long> left = SmallLog.positions(log);
            for (String segment : untouched) {
                int index = segments.indexOf(segment);
                long from = SmallLog.first(segment);
                long to = index + 1 < segments.size() ? SmallLog.first(segments.get(index + 1)) - 1 : 60;
                for (long position = from; position <= to; position++) {
                    assertThat(left).as("seed %d: %s", seed, segment).contains(position);
                }
            }
            for (long position = 0; position < 60; position++) {
                if (SmallLog.resumes(log, position)) {
                    assertThat(left).as("seed %d: behind %d", seed, position).contains(position + 1);
                }
            }
            small.append(log, 1);
            assertThat(SmallLog.positions(log).getLast()).as("seed %d", seed).isGreaterThan(60);
        }
    }

    /** Repairs, starts, and expects that these events and no others are missing, and said to be lost. */
    private void repaired(LogRepair repair, boolean discard, long first, long last) throws IOException {
        repair.apply(discard);
        assertThat(small.damage()).isEmpty();
        LogFiles.Summary summary = small.check().summary();
        long end = summary.closed() ? summary.end() : 45;
        for (int life = 0; life < 2; life++) {
            try (SegmentLog log = small.open()) {
                List<Long> left = SmallLog.positions(log);
                for (long position = 1; position <= end; position++) {
                    assertThat(left.contains(position))
                            .as("event %d", position)
                            .isEqualTo(position < first || position > last);
                }
                for (long position = 0; position < last; position++) {
                    assertThat(SmallLog.resumes(log, position))
                            .as("behind %d", position)
                            .isFalse();
                }
                for (long position = last; position <= end; position++) {
                    assertThat(SmallLog.resumes(log, position))
                            .as("behind %d", position)
                            .isTrue();
                }
                if (life == 1) {
                    long next = log.append(List.of(Event.of("a", "")))
                            .toCompletableFuture()
                            .join()
                            .getFirst()
                            .position();
                    assertThat(next).isGreaterThan(end);
                }
            }
        }
    }

    private Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : small.disk.list()) {
            files.put(name, small.disk.content(name));
        }
        return files;
    }

    private void assertSame(Map<String, byte[]> before) {
        Map<String, byte[]> after = files();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.forEach((name, content) ->
                assertThat(Arrays.equals(content, before.get(name))).as(name).isTrue());
    }
}

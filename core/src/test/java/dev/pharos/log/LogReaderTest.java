package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Reading the files of a log from outside, at rest and while it is written. */
class LogReaderTest {

    private final SmallLog small = new SmallLog();

    @Test
    void readsEverythingInOrder() throws IOException, Damage {
        small.with(40);
        assertThat(positions(LogReader.behind(small.disk, 0))).isEqualTo(range(1, 40));
        assertThat(positions(LogReader.behind(small.disk, 17))).isEqualTo(range(18, 40));
        assertThat(positions(LogReader.behind(small.disk, 40))).isEmpty();
        assertThat(positions(LogReader.behind(small.disk, 400))).isEmpty();
    }

    @Test
    void givesWhatTheLogGives() throws IOException, Damage {
        small.rolledWith(60);
        small.with(10);
        List<Entry> read = entries(LogReader.behind(small.disk, 0));
        try (SegmentLog log = small.open()) {
            assertThat(read)
                    .isEqualTo(log.read(0, SmallLog.ALL, new EventLog.Bounds(Long.MAX_VALUE, Integer.MAX_VALUE))
                            .entries());
        }
        assertThat(read.getFirst().event().canonicalTopic()).isEqualTo("quiet");
    }

    @Test
    void beginsWithTheNewest() throws IOException, Damage {
        small.rolledWith(60);
        for (int count : new int[] {0, 1, 5, 12}) {
            assertThat(positions(LogReader.newest(small.disk, count))).isEqualTo(range(61 - count, 60));
        }
        assertThat(positions(LogReader.newest(small.disk, 1_000)))
                .startsWith(1L)
                .endsWith(60L);
    }

    @Test
    void goesOnAsTheLogGrows() throws IOException, Damage {
        try (SegmentLog log = small.open()) {
            small.append(log, 3);
            LogReader reader = LogReader.newest(small.disk, 2);
            List<Long> seen = positions(reader);
            for (int i = 0; i < 30; i++) {
                small.append(log, 1);
                seen.addAll(positions(reader));
                log.tidy();
            }
            assertThat(seen).isEqualTo(range(2, 33));
            reader.close();
        }
    }

    @Test
    void waitsForALogWithoutEventsToGetSome() throws IOException, Damage {
        try (SegmentLog log = small.open()) {
            LogReader reader = LogReader.newest(small.disk, 10);
            assertThat(reader.read()).isEmpty();
            small.append(log, 2);
            assertThat(positions(reader)).containsExactly(1L, 2L);
        }
    }

    @Test
    void takesAnUnfinishedEndForNotThere() throws IOException, Damage {
        small.crashedWith(45);
        String active = small.segments().getLast();
        byte[] whole = small.disk.content(active);
        small.cut(active, whole.length - 5);
        LogReader reader = LogReader.behind(small.disk, 43);
        assertThat(positions(reader)).containsExactly(44L);
        assertThat(reader.read()).isEmpty();
        small.disk.tamper(active, 0, whole);
        assertThat(positions(reader)).containsExactly(45L);
    }

    @Test
    void goesOnWhenTheWriterHasTakenSomethingBack() throws IOException, Damage {
        try (SegmentLog log = small.open()) {
            small.append(log, 2);
            LogReader reader = LogReader.behind(small.disk, 0);
            assertThat(positions(reader)).containsExactly(1L, 2L);
            String active = small.segments().getLast();
            int length = small.disk.content(active).length;
            small.append(log, 1);
            byte[] third = small.disk.content(active);
            assertThat(positions(reader)).containsExactly(3L);
            small.cut(active, length);
            assertThat(reader.read()).isEmpty();
            assertThat(third).hasSizeGreaterThan(length);
        }
    }

    @Test
    void refusesDamageWithTheRemedy() throws IOException, Damage {
        small.with(40);
        small.flipIn(small.segments().get(2), SmallLog.first(small.segments().get(2)) + 1);
        LogReader reader = LogReader.behind(small.disk, 0);
        assertThatThrownBy(() -> positions(reader))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(small.segments().get(2))
                .hasMessageContaining("pharos log repair");
    }

    @Test
    void refusesDamageBeforeTheLastSyncOfTheNewestSegment() throws IOException, Damage {
        small.crashedWith(47);
        small.flipIn(small.segments().getLast(), 44);
        LogReader reader = LogReader.behind(small.disk, 40);
        assertThatThrownBy(() -> positions(reader))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void refusesALogWithAMissingSegment() throws IOException {
        small.with(40);
        small.disk.delete(small.segments().get(2));
        assertThatThrownBy(() -> LogReader.behind(small.disk, 0))
                .isInstanceOf(Damage.class)
                .hasMessageContaining("missing");
    }

    @Test
    void readsOnWhatIsDroppedMeanwhileOrSaysSo() throws IOException, Damage {
        small.with(40);
        LogReader reader = LogReader.behind(small.disk, 0);
        try (SegmentLog log = SegmentLog.openUntended(small.disk, SmallLog.options(1_000))) {
            log.tidy();
        }
        assertThatThrownBy(() -> positions(reader))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("begin again");
    }

    private static List<Long> positions(LogReader reader) {
        return new ArrayList<>(entries(reader).stream().map(Entry::position).toList());
    }

    private static List<Entry> entries(LogReader reader) {
        List<Entry> all = new ArrayList<>();
        for (List<Entry> some = reader.read(); !some.isEmpty(); some = reader.read()) {
            all.addAll(some);
        }
        return all;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}

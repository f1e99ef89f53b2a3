package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.LogFiles.Finding;
import dev.pharos.log.LogFiles.Positions;
import dev.pharos.log.LogFiles.Weight;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a look at the files of a log finds, and what it does not. */
class LogCheckTest {

    private final SmallLog small = new SmallLog();

    @Test
    void findsNothingInALogAsItWasWritten() throws IOException {
        small.with(40);
        LogFiles.Summary summary = small.check().summary();
        assertThat(summary.findings()).isEmpty();
        assertThat(summary.closed()).isTrue();
        assertThat(summary.end()).isEqualTo(40);
        assertThat(summary.events()).isEqualTo(40);
        assertThat(summary.segments()).hasSizeGreaterThan(5);
        assertThat(summary.segments().getFirst().first()).isEqualTo(1);
        assertThat(summary.segments().getLast().last()).isEqualTo(40);
        assertThat(summary.bytes()).isPositive();
    }

    @Test
    void tellsTheSameFromTheIndexesAsFromTheEvents() throws IOException {
        small.with(40);
        assertThat(new LogCheck(small.disk, false, false).run((bytes, of) -> {}).summary())
                .isEqualTo(small.check().summary());
    }

    @Test
    void findsNothingWhereHistoryHasRolledOn() throws IOException {
        small.rolledWith(100);
        LogFiles.Summary summary = small.check().summary();
        assertThat(summary.findings()).isEmpty();
        assertThat(summary.survivors()).isEqualTo(1);
        assertThat(summary.segments().getFirst().first()).isGreaterThan(50);
    }

    @Test
    void findsNothingAfterACrashUnderThePolicyAlways() throws IOException {
        small.crashedWith(40);
        LogFiles.Summary summary = small.check().summary();
        assertThat(summary.findings()).isEmpty();
        assertThat(summary.closed()).isFalse();
        small.with(10);
        assertThat(small.check().summary().findings()).isEmpty();
        assertThat(small.check().summary().holes()).hasSize(1);
    }

    @Test
    void findsNothingInALogWithoutEvents() throws IOException {
        small.with(0);
        assertThat(small.check().findings()).isEmpty();
    }

    @Test
    void findsAFlippedBitWithWhatItAffects() throws IOException {
        small.with(40);
        String segment = small.segments().get(2);
        long event = SmallLog.first(segment) + 1;
        small.flipIn(segment, event);
        Finding found = only(Weight.DAMAGE);
        assertThat(found.file()).isEqualTo(segment);
        assertThat(found.affected()).isEqualTo(new Positions(event, event));
        assertThat(found.what()).contains("checksum");
        assertThat(small.disk.content(segment)[(int) found.offset()]).isEqualTo((byte) 0xF9);
        assertThat(small.check().summary().events()).isEqualTo(39);
    }

    @Test
    void findsEveryFlippedBit() throws IOException {
        small.with(30);
        for (String segment : small.segments()) {
            byte[] whole = small.disk.content(segment);
            for (int offset = 0; offset < whole.length; offset += 3) {
                small.flip(segment, offset);
                assertThat(small.damage()).as("%s at %d", segment, offset).isNotEmpty();
                small.disk.put(segment, whole);
            }
        }
        assertThat(small.check().findings()).isEmpty();
    }

    @Test
    void findsEveryDamageNotOnlyTheFirst() throws IOException {
        small.with(40);
        small.flipIn(small.segments().get(1), SmallLog.first(small.segments().get(1)));
        small.flipIn(small.segments().get(1), SmallLog.first(small.segments().get(1)) + 2);
        small.flipIn(small.segments().get(4), SmallLog.first(small.segments().get(4)));
        assertThat(small.damage()).hasSize(3);
    }

    @Test
    void findsASealedSegmentThatIsTooShort() throws IOException {
        small.with(40);
        String segment = small.segments().get(2);
        small.cut(segment, small.disk.content(segment).length - 10);
        Finding found = only(Weight.DAMAGE);
        long last = SmallLog.first(small.segments().get(3)) - 1;
        assertThat(found.affected()).isEqualTo(new Positions(last, last));
    }

    @Test
    void findsAMissingSegment() throws IOException {
        small.with(40);
        String gone = small.segments().get(2);
        long next = SmallLog.first(small.segments().get(3));
        small.disk.delete(gone);
        Finding found = only(Weight.DAMAGE);
        assertThat(found.file()).isEqualTo(gone);
        assertThat(found.affected()).isEqualTo(new Positions(SmallLog.first(gone), next - 1));
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining(gone);
    }

    @Test
    void findsThatTheOldestSegmentIsMissing() throws IOException {
        small.with(40);
        String gone = small.segments().getFirst();
        small.disk.delete(gone);
        assertThat(only(Weight.DAMAGE).affected())
                .isEqualTo(new Positions(1, SmallLog.first(small.segments().getFirst()) - 1));
    }

    @Test
    void findsThatTheNewestSegmentIsMissing() throws IOException {
        small.with(40);
        String gone = small.segments().getLast();
        small.disk.delete(gone);
        assertThat(only(Weight.DAMAGE).affected()).isEqualTo(new Positions(SmallLog.first(gone), 40));
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining("up to position 40");
    }

    @Test
    void findsAfterACrashThatTheNewestSegmentIsMissing() throws IOException {
        small.crashedWith(43);
        assertThat(small.segments().getLast()).isEqualTo(Layout.name(43) + Layout.SEGMENT);
        small.disk.delete(small.segments().getLast());
        assertThat(only(Weight.DAMAGE).affected()).isEqualTo(new Positions(43, 43));
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining("up to position 43");
    }

    @Test
    void findsThatAllSegmentsAreMissing() throws IOException {
        small.with(40);
        for (String name : small.segments()) {
            small.disk.delete(name);
        }
        assertThat(only(Weight.DAMAGE).affected()).isEqualTo(new Positions(1, 40));
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining("up to position 40");
    }

    @Test
    void takesWhatIsBehindTheLastSyncForTheTraceOfACrash() throws IOException {
        small.crashedWith(44);
        String active = small.segments().getLast();
        int length = small.disk.content(active).length;
        small.disk.tamper(active, length, new byte[] {1, 2, 3});
        Finding found = only(Weight.MENDED);
        assertThat(found.file()).isEqualTo(active);
        assertThat(found.offset()).isEqualTo(length);
        assertThat(found.what()).contains("3 bytes").contains("behind the last sync");
        small.open().close();
        assertThat(small.check().findings()).isEmpty();
    }

    @Test
    void takesADamageBeforeTheLastSyncForOneAlsoAfterACrash() throws IOException {
        small.crashedWith(46);
        String active = small.segments().getLast();
        long event = SmallLog.first(active);
        small.flipIn(active, event);
        assertThat(only(Weight.DAMAGE).affected()).isEqualTo(new Positions(event, event));
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining(active);
    }

    @Test
    void takesTheSameBytesForDamageWhenTheLogWasClosed() throws IOException {
        small.with(41);
        String active = small.segments().getLast();
        small.cut(active, small.disk.content(active).length - 3);
        assertThat(only(Weight.DAMAGE).affected()).isEqualTo(new Positions(41, 41));
        assertThatThrownBy(small::open).isInstanceOf(LogException.class).hasMessageContaining(active);
    }

    @Test
    void findsADamagedOrMissingIndexThatAStartMakesAgain() throws IOException {
        small.with(40);
        List<String> indexes = small.disk.list().stream()
                .filter(name -> name.endsWith(Layout.INDEX))
                .sorted()
                .toList();
        small.flip(indexes.get(0), 70);
        small.disk.delete(indexes.get(1));
        assertThat(small.check().findings())
                .extracting(Finding::weight, Finding::file)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Weight.MENDED, indexes.get(0)),
                        org.assertj.core.groups.Tuple.tuple(Weight.MENDED, indexes.get(1)));
        small.with(0);
        assertThat(small.check().findings()).isEmpty();
    }

    @Test
    void findsADamagedKeptFile() throws IOException {
        small.rolledWith(100);
        small.flip(Layout.KEPT, 30);
        assertThat(only(Weight.DAMAGE).file()).isEqualTo(Layout.KEPT);
    }

    @Test
    void readsTheHeadFromTheOtherSlotAndSaysSo() throws IOException {
        small.with(5);
        byte[] head = small.disk.content(Layout.HEAD);
        small.flip(Layout.HEAD, 40);
        assertThat(small.check().findings()).hasSize(1);
        small.disk.put(Layout.HEAD, head);
        small.flip(Layout.HEAD, Layout.HEAD_SLOT + 40);
        assertThat(small.check().findings()).hasSize(1);
        small.flip(Layout.HEAD, 40);
        assertThat(only(Weight.DAMAGE).file()).isEqualTo(Layout.HEAD);
        small.disk.delete(Layout.HEAD);
        assertThat(only(Weight.DAMAGE).what()).contains("missing");
    }

    @Test
    void leavesForeignFilesAloneAndTellsOfThem() throws IOException {
        small.with(5);
        small.disk.put("notes.txt", (byte) 1);
        Finding found = only(Weight.NOTE);
        assertThat(found.file()).isEqualTo("notes.txt");
        small.open().close();
    }

    @Test
    void findsASegmentOfAnotherLog() throws IOException {
        small.with(40);
        SmallLog other = new SmallLog().with(40);
        String name = small.segments().get(2);
        small.disk.put(name, other.disk.content(name));
        assertThat(small.damage()).extracting(Finding::what).anyMatch(what -> what.contains("another log"));
    }

    @Test
    void refusesANewerFormat() throws IOException {
        small.with(5);
        String segment = small.segments().getFirst();
        byte[] content = small.disk.content(segment);
        content[Layout.SEGMENT_VERSION] = 2;
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(content);
        bytes.putInt(Layout.SEGMENT_CHECKSUM, Layout.checksum(bytes, 0, Layout.SEGMENT_CHECKSUM));
        small.disk.put(segment, content);
        assertThatThrownBy(small::check).isInstanceOf(LogException.class).hasMessageContaining("newer Pharos");
    }

    @Test
    void findsNothingBesideAWriter() throws IOException {
        try (SegmentLog log = small.open()) {
            for (int i = 0; i < 50; i++) {
                small.append(log, 1);
                LogFiles.Summary summary = new LogCheck(small.disk, true, true)
                        .run((bytes, of) -> {})
                        .summary();
                assertThat(summary.findings()).isEmpty();
                assertThat(summary.events()).isEqualTo(i + 1);
                assertThat(summary.inUse()).isTrue();
                assertThat(summary.closed()).isFalse();
            }
        }
    }

    @Test
    void findsNothingWhereTheWriterDropsTheOldestMeanwhile() throws IOException {
        small.with(40);
        try (SegmentLog log = SegmentLog.openUntended(small.disk, SmallLog.options(1_500))) {
            boolean[] dropped = {false};
            LogFiles.Summary summary = new LogCheck(small.disk, true, true)
                    .run((bytes, of) -> {
                        if (!dropped[0]) {
                            dropped[0] = true;
                            tidy(log);
                        }
                    })
                    .summary();
            assertThat(summary.findings()).isEmpty();
            assertThat(summary.segments()).hasSizeBetween(1, 4);
        }
    }

    private static void tidy(SegmentLog log) {
        try {
            log.tidy();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        small.with(40);
        long[] seen = new long[2];
        new LogCheck(small.disk, false, true).run((bytes, of) -> {
            assertThat(bytes).isGreaterThanOrEqualTo(seen[0]).isLessThanOrEqualTo(of);
            seen[0] = bytes;
            seen[1] = of;
        });
        assertThat(seen[0]).isPositive().isEqualTo(seen[1]);
    }

    /** The one thing that is found, of this weight. */
    private Finding only(Weight weight) throws IOException {
        List<Finding> findings = small.check().findings().stream()
                .filter(finding -> !finding.what().startsWith("an index without"))
                .toList();
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().weight()).isEqualTo(weight);
        return findings.getFirst();
    }
}

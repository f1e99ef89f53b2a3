package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A start refuses a log of which a file is gone, instead of going on with less. */
class RecoveryTest {

    private static final SegmentLog.Options OPTIONS = new SegmentLog.Options(
            SyncPolicy.ALWAYS, SegmentLog.Retention.DEFAULT, 500, 1 << 20, InstantSource.system(), new Random());

    private final RamDisk disk = new RamDisk();

    @Test
    void refusesAClosedLogWithoutItsOnlySegment() throws IOException {
        write(3).close();
        disk.delete(Layout.name(1) + Layout.SEGMENT);
        assertThatThrownBy(this::open).isInstanceOf(LogException.class).hasMessageContaining("up to position 3");
    }

    @Test
    void refusesALogWhoseNewestSegmentIsGoneAfterACrash() throws IOException {
        SegmentLog log = write(8);
        log.tidy();
        disk.crash();
        log.close();
        disk.restart(new Random(1));
        disk.delete(disk.list().stream()
                .filter(name -> name.endsWith(Layout.SEGMENT))
                .max(Comparator.naturalOrder())
                .orElseThrow());
        assertThatThrownBy(this::open).isInstanceOf(LogException.class).hasMessageContaining("up to position 8");
    }

    @Test
    void saysOfALogWithoutAHeadThatItIsOne() throws IOException {
        SegmentLog log = write(8);
        log.tidy();
        log.close();
        disk.delete(Layout.HEAD);
        assertThatThrownBy(this::open).isInstanceOf(LogException.class).hasMessageContaining("has lost its head");
    }

    private SegmentLog open() throws IOException {
        return SegmentLog.openUntended(disk, OPTIONS);
    }

    private SegmentLog write(int events) throws IOException {
        SegmentLog log = open();
        for (int i = 0; i < events; i++) {
            Event event = Event.of("topic", "x".repeat(50));
            log.append(List.of(event)).toCompletableFuture().join();
        }
        return log;
    }
}

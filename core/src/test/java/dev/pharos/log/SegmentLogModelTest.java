package dev.pharos.log;

import dev.pharos.log.SegmentLog.Options;
import dev.pharos.log.SegmentLog.Retention;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

class SegmentLogModelTest extends LogModelContract {

    private final RamDisk disk = new RamDisk();
    private @Nullable Options options;

    @Override
    EventLog open(Keeping keeping) throws IOException {
        Retention retention = new Retention(
                keeping.maxBytes(),
                Duration.ofDays(1),
                Long.MAX_VALUE,
                keeping.keepLast(),
                keeping.topics(),
                keeping.keepLastBytes());
        options = new Options(
                SyncPolicy.ALWAYS,
                retention,
                500 + keeping.maxBytes() / 8,
                1 << 20,
                InstantSource.system(),
                new Random());
        return SegmentLog.openUntended(disk, options);
    }

    @Override
    EventLog interrupt(EventLog log, Random chance) throws IOException {
        if (chance.nextInt(4) == 0) {
            ((SegmentLog) log).tidy();
        }
        if (chance.nextInt(20) == 0) {
            log.close();
            return SegmentLog.openUntended(disk, Objects.requireNonNull(options));
        }
        return log;
    }
}

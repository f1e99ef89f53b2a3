package dev.pharos.server;

import dev.pharos.config.History;
import dev.pharos.log.EventLog;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.SegmentLog;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a hub keeps its history. */
public interface Storage {

    /**
     * Opens the log.
     *
     * @throws dev.pharos.log.LogException when it cannot be opened
     */
    EventLog open();

    /** In memory only, so that a restart forgets it. */
    record Memory(MemoryLog.Retention retention) implements Storage {

        private static final long MOST = 64L << 20;

        /** What suits the heap, and what was said of it. */
        static Memory of(History history) {
            long bytes = history.retainBytes()
                    .orElse(Math.min(MOST, Runtime.getRuntime().maxMemory() / 4));
            MemoryLog.Retention suits = MemoryLog.Retention.ofBytes(bytes);
            return new Memory(new MemoryLog.Retention(
                    bytes,
                    history.keepLast(),
                    history.keepLastTopics(),
                    history.keepLastBytes().orElse(suits.keepLastBytes())));
        }

        @Override
        public EventLog open() {
            return MemoryLog.of(retention);
        }
    }

    /**
     * In a directory.
     *
     * @param record a file that is told what is written and synced, for tests that crash; or null
     */
    record Directory(
            Path path, SegmentLog.Options options, @Nullable Path record) implements Storage {

        @Override
        public EventLog open() {
            return SegmentLog.open(path, options, record);
        }
    }
}

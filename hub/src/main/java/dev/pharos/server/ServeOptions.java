package dev.pharos.server;

import dev.pharos.config.Configuration;
import dev.pharos.config.History;
import dev.pharos.config.Sources;
import dev.pharos.log.SegmentLog;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a hub is started with.
 *
 * @param configuration what was set for it
 * @param storage where history is kept
 * @param sources what the configuration was read from, so that keys can be read again; or null
 */
public record ServeOptions(
        Configuration configuration,
        Storage storage,
        @Nullable Sources sources) {

    /**
     * What a configuration says.
     *
     * @param sources what it was read from, or null
     * @param record a file that is told what is written to disk and synced, for tests that crash; or null
     */
    public static ServeOptions of(Configuration configuration, @Nullable Sources sources, @Nullable Path record) {
        return new ServeOptions(configuration, storage(configuration.history(), record), sources);
    }

    private static Storage storage(History history, @Nullable Path record) {
        Path directory = history.directory();
        if (directory == null) {
            return Storage.Memory.of(history);
        }
        SegmentLog.Retention defaults = SegmentLog.Retention.DEFAULT;
        SegmentLog.Retention retention = new SegmentLog.Retention(
                history.retainBytes().orElse(defaults.maxBytes()),
                history.retainAge(),
                history.retainCount().orElse(defaults.maxEvents()),
                history.keepLast(),
                history.keepLastTopics(),
                history.keepLastBytes().orElse(defaults.keepLastBytes()));
        return new Storage.Directory(directory, SegmentLog.Options.of(history.fsync(), retention), record);
    }
}

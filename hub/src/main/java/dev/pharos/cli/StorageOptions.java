package dev.pharos.cli;

import dev.pharos.log.SegmentLog;
import dev.pharos.log.SyncPolicy;
import dev.pharos.server.Storage;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where a hub keeps its history, and how much of it. */
final class StorageOptions {

    static final String DIRECTORY = "pharos-data";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The directory for history, made if there is none. Default: ./" + DIRECTORY)
    private @Nullable Path data;

    @Option(names = "--memory", description = "Keep history in memory only, so that a restart forgets it.")
    private boolean memory;

    @Option(
            names = "--fsync",
            paramLabel = "POLICY",
            converter = Quantities.Sync.class,
            description = "When an event is durable: 'always', before its publisher is answered and any reader sees it;"
                    + " 'interval=100ms', so much later at most; 'os', when the operating system likes. With the last"
                    + " two, a crash of the machine loses what was younger, and readers are told. Default: always")
    private @Nullable SyncPolicy fsync;

    @Option(
            names = "--retain-bytes",
            paramLabel = "SIZE",
            converter = Quantities.Bytes.class,
            description = "How much history to keep on disk, such as 500MB. Default: 1GiB")
    private @Nullable Long retainBytes;

    @Option(
            names = "--retain-age",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "How long to keep history, such as 12h. Default: 7d")
    private @Nullable Duration retainAge;

    @Option(
            names = "--retain-count",
            paramLabel = "N",
            description = "How many events to keep. Default: as many as size and age allow")
    private @Nullable Long retainCount;

    @Option(
            names = "--record-syncs",
            hidden = true,
            paramLabel = "FILE",
            description = "Write down what is written and synced; for the torture test.")
    private @Nullable Path recordSyncs;

    Storage storage() {
        if (memory) {
            if (data != null || fsync != null || retainBytes != null || retainAge != null || retainCount != null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--memory keeps nothing on disk: leave out --data, --fsync and --retain-..., or --memory");
            }
            return new Storage.Memory();
        }
        SegmentLog.Retention retention = SegmentLog.Retention.DEFAULT;
        if (retainBytes != null) {
            retention = retention.withMaxBytes(retainBytes);
        }
        if (retainAge != null) {
            if (retainAge.toSeconds() < 1) {
                throw new ParameterException(spec.commandLine(), "--retain-age is at least 1s, got " + retainAge);
            }
            retention = retention.withMaxAge(retainAge);
        }
        if (retainCount != null) {
            if (retainCount < 1) {
                throw new ParameterException(spec.commandLine(), "--retain-count is at least 1, got " + retainCount);
            }
            retention = retention.withMaxEvents(retainCount);
        }
        return new Storage.Directory(
                directory(), SegmentLog.Options.of(fsync == null ? SyncPolicy.ALWAYS : fsync, retention), recordSyncs);
    }

    /** What to tell a user of it. */
    String describe() {
        return memory
                ? "History is in memory: a restart forgets it."
                : "History is in " + directory().toAbsolutePath().normalize() + " and outlives a restart.";
    }

    private Path directory() {
        return data == null ? Path.of(DIRECTORY) : data;
    }
}

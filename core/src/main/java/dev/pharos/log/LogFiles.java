package dev.pharos.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link SegmentLog}, looked at from outside: what they hold, whether they are as they were written, and
 * what can be saved if not.
 *
 * <p>Reads beside the process that has the log open, and then takes what is still being written for not there. Only
 * {@link #repair} changes anything. Not thread-safe. Every method throws {@link LogException}, whose message says why and
 * what helps, when the files cannot be read, are those of no log, or of a newer Pharos.
 */
public final class LogFiles {

    private final Path directory;
    private final Disk disk;

    /** How bad a finding is. */
    public enum Weight {
        /** Nothing is wrong with the log: a file that is none of it. */
        NOTE,
        /** The next start puts it right by itself and nothing that was durable is missing, such as the trace of a crash. */
        MENDED,
        /** What was durable is not as it was written: a start refuses it, or a reader meets it. */
        DAMAGE
    }

    /**
     * Positions next to each other.
     *
     * @param first the lowest
     * @param last the highest
     */
    public record Positions(long first, long last) {

        /** How many there are. */
        public long count() {
            return last - first + 1;
        }
    }

    /**
     * Something that is not as it should be.
     *
     * @param file the name of the file
     * @param offset where in it
     * @param what is wrong, for people
     * @param affected where events are missing or cannot be read, at most; or null when none are
     */
    public record Finding(
            Weight weight,
            String file,
            long offset,
            String what,
            @Nullable Positions affected) {}

    /**
     * A segment.
     *
     * @param file its name
     * @param first its first position
     * @param last the position of its last event; before {@code first} when it has none
     * @param bytes up to the end of its last event
     * @param events how many can be read
     * @param oldest the time of its first event in milliseconds since the Unix epoch, or 0
     * @param newest the time of its last
     */
    public record SegmentSummary(
            String file, long first, long last, long bytes, long events, long oldest, long newest) {}

    /**
     * What the files hold.
     *
     * @param epoch of the log
     * @param inUse whether a process has it open
     * @param closed whether it was closed cleanly; false while it is in use
     * @param end positions up to this one may have been given; after a clean end that of the newest event
     * @param survivors how many events outlast their segments as the newest of a topic
     * @param survivorBytes their size
     * @param segments in order
     * @param holes where no events are because of a crash or a repair
     * @param findings what is not as it should be
     */
    public record Summary(
            String epoch,
            boolean inUse,
            boolean closed,
            long end,
            long survivors,
            long survivorBytes,
            List<SegmentSummary> segments,
            List<Positions> holes,
            List<Finding> findings) {

        /** How many events can be read. */
        public long events() {
            return survivors
                    + segments.stream().mapToLong(SegmentSummary::events).sum();
        }

        /** Their size on disk. */
        public long bytes() {
            return survivorBytes
                    + segments.stream().mapToLong(SegmentSummary::bytes).sum();
        }

        /** Whether something is not as it was written. */
        public boolean isDamaged() {
            return findings.stream().anyMatch(finding -> finding.weight == Weight.DAMAGE);
        }
    }

    /** Told how far a long piece of work is. */
    @FunctionalInterface
    public interface Progress {

        /** So many of so many bytes have been read. */
        void at(long bytes, long ofBytes);
    }

    private LogFiles(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** The files in a directory. */
    public static LogFiles in(Path directory) {
        if (Files.notExists(directory)) {
            throw new LogException(
                    "there is no directory %s: name the one of the log with --data".formatted(directory));
        }
        if (!Files.isDirectory(directory)) {
            throw new LogException("%s is no directory: name the one of the log with --data".formatted(directory));
        }
        LogFiles files = new LogFiles(directory, new SystemDisk(directory));
        List<String> names = files.reading(files.disk::list);
        if (names.stream()
                .noneMatch(name -> name.equals(Layout.HEAD)
                        || name.equals(Layout.KEPT)
                        || Layout.first(name, Layout.SEGMENT) >= 0)) {
            throw new LogException(
                    names.isEmpty() || names.equals(List.of(Layout.LOCK))
                            ? "there is no log in %s: the directory is empty".formatted(directory)
                            : "there is no log in %s: it has other files, such as '%s', and none of a log"
                                    .formatted(directory, names.getFirst()));
        }
        return files;
    }

    /**
     * What the files hold.
     *
     * @param thoroughly whether to read every byte; else indexes are believed where there are any
     */
    public Summary summary(boolean thoroughly, Progress progress) {
        return reading(() -> {
            Summary summary =
                    new LogCheck(disk, isInUse(), thoroughly).run(progress).summary();
            // Of files that change, what was seen at one moment may not fit what was seen at another.
            return summary.inUse && summary.isDamaged()
                    ? new LogCheck(disk, isInUse(), thoroughly).run(progress).summary()
                    : summary;
        });
    }

    /** A reader of the events behind a position. */
    public LogReader readerBehind(long position) {
        return reading(() -> LogReader.behind(disk, position));
    }

    /** A reader of the newest events there are now, and of those that come. */
    public LogReader readerOfNewest(long count) {
        return reading(() -> LogReader.newest(disk, count));
    }

    /**
     * Prepares a repair. Nobody else can open the log until it is closed.
     *
     * @throws LogException also when the log is in use
     */
    public LogRepair repair(Progress progress) {
        return reading(() -> {
            FileChannel lock = SegmentLog.lock(directory);
            boolean done = false;
            try {
                LogRepair repair = new LogRepair(disk, lock, new LogCheck(disk, false, true).run(progress));
                done = true;
                return repair;
            } finally {
                if (!done) {
                    lock.close();
                }
            }
        });
    }

    /** Whether a process has the log open. To find out means to hold a shared lock for a moment. */
    private boolean isInUse() {
        Path lock = directory.resolve(Layout.LOCK);
        if (Files.notExists(lock)) {
            return false;
        }
        return reading(() -> {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ);
                    FileLock held = channel.tryLock(0, Long.MAX_VALUE, true)) {
                return held == null;
            } catch (OverlappingFileLockException here) {
                return true;
            }
        });
    }

    private <T> T reading(Work<T> work) {
        return reading(disk, work);
    }

    /** Does some work, with its failures as sentences. */
    static <T> T reading(Disk disk, Work<T> work) {
        try {
            return work.run();
        } catch (Damage damage) {
            throw damage.refusal(disk.describe());
        } catch (AccessDeniedException denied) {
            throw new LogException(
                    "%s cannot be opened: this user has no right to; run this as the user of the hub"
                            .formatted(denied.getFile()),
                    denied);
        } catch (FileSystemException failure) {
            throw new LogException(
                    "the log in %s cannot be read: %s%s"
                            .formatted(
                                    disk.describe(),
                                    failure.getFile(),
                                    failure.getReason() == null ? "" : ": " + failure.getReason()),
                    failure);
        } catch (IOException failure) {
            throw new LogException("the log in %s cannot be read: %s".formatted(disk.describe(), failure), failure);
        }
    }

    /** Work with files. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, Damage;
    }
}

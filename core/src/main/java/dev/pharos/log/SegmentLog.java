package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A log on disk: append-only files of events, the oldest of which go first, while the newest event of each topic stays.
 *
 * <p>Thread-safe. One thread writes, another keeps the bounds; readers read the files themselves and never wait for
 * either. The epoch lives with the directory, so that cursors outlive the process. One process at a time has it open.
 */
public final class SegmentLog implements EventLog {

    private static final System.Logger LOG = System.getLogger(SegmentLog.class.getName());

    private final @Nullable FileChannel lock;
    private final Archive archive;
    private final LogWriter writer;
    private final Keeper keeper;
    private final List<String> notes;

    /**
     * What a log keeps. Whole segments go, so that up to a sixteenth less may be kept than the bounds allow.
     *
     * @param maxBytes the size of the files with events
     * @param maxAge how old an event may be
     * @param maxEvents how many there may be
     * @param keepLast how many events of each topic stay although newer ones of other topics fill the log; they go by age
     *     only; 0 for none
     * @param keepLastTopics for how many topics that holds, and of how many it is remembered what was dropped
     * @param keepLastBytes the size, in memory, of events protected so
     */
    public record Retention(
            long maxBytes, Duration maxAge, long maxEvents, int keepLast, int keepLastTopics, long keepLastBytes) {

        private static final Duration LONGEST = Duration.ofDays(100_000);

        /** 1 GiB, 7 days, any number; the newest event of each of 10 000 topics, in 64 MiB or an eighth of the heap. */
        public static final Retention DEFAULT = new Retention(
                1L << 30,
                Duration.ofDays(7),
                Long.MAX_VALUE,
                1,
                10_000,
                Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

        /** Checks its parts. */
        public Retention {
            if (maxBytes < 1
                    || maxAge.toSeconds() < 1
                    || maxEvents < 1
                    || keepLast < 0
                    || keepLastTopics < 1
                    || keepLastBytes < 0) {
                throw new IllegalArgumentException(
                        "a retention has positive bounds, got %d bytes, %s, %d events, %d of %d topics in %d bytes"
                                .formatted(maxBytes, maxAge, maxEvents, keepLast, keepLastTopics, keepLastBytes));
            }
            maxAge = maxAge.compareTo(LONGEST) > 0 ? LONGEST : maxAge;
        }

        /** The same with another size. */
        public Retention withMaxBytes(long value) {
            return new Retention(value, maxAge, maxEvents, keepLast, keepLastTopics, keepLastBytes);
        }

        /** The same with another age. */
        public Retention withMaxAge(Duration value) {
            return new Retention(maxBytes, value, maxEvents, keepLast, keepLastTopics, keepLastBytes);
        }

        /** The same with another number of events. */
        public Retention withMaxEvents(long value) {
            return new Retention(maxBytes, maxAge, value, keepLast, keepLastTopics, keepLastBytes);
        }

        Newest newest() {
            return new Newest(Math.max(1, keepLast), keepLastTopics, Math.max(1024, keepLastBytes / 4));
        }

        Floors floors() {
            return new Floors(keepLastTopics, Math.max(1024, keepLastBytes / 4));
        }
    }

    /**
     * How a log works.
     *
     * @param sync when events become durable
     * @param segmentBytes the size at which a segment is full
     * @param indexBytes the memory for the index of the segment that is written; it is full above that, too
     * @param clock gives events their time
     * @param random gives a new log its identity
     */
    public record Options(
            SyncPolicy sync,
            Retention retention,
            long segmentBytes,
            long indexBytes,
            InstantSource clock,
            RandomGenerator random) {

        private static final long SEGMENT_BYTES_MOST = 64L << 20;
        private static final long SEGMENT_BYTES_LEAST = 64L << 10;

        /** What suits a retention: sixteen segments of at most 64 MiB, a sixteenth of the heap for the index. */
        public static Options of(SyncPolicy sync, Retention retention) {
            long heap = Runtime.getRuntime().maxMemory();
            return new Options(
                    sync,
                    retention,
                    Math.max(
                            SEGMENT_BYTES_LEAST,
                            Math.min(Math.min(SEGMENT_BYTES_MOST, heap / 4), retention.maxBytes / 16)),
                    Math.max(256L << 10, heap / 16),
                    InstantSource.system(),
                    new SecureRandom());
        }

        /** Old events go with their segment: it must not reach over too long a time. */
        long segmentMillis() {
            return Math.max(1_000, retention.maxAge.toMillis() / 16);
        }
    }

    private SegmentLog(@Nullable FileChannel lock, Disk disk, Recovery.Found found, Options options, boolean tidies)
            throws IOException {
        this.lock = lock;
        this.archive = found.archive();
        this.notes = List.copyOf(found.notes());
        this.keeper = new Keeper(disk, archive, options.retention(), options.clock());
        this.writer =
                new LogWriter(disk, archive, found.headFile(), options, found.active(), found.next(), keeper::onSealed);
        for (String note : notes) {
            LOG.log(System.Logger.Level.INFO, note);
        }
        writer.start();
        if (tidies) {
            keeper.start();
            keeper.onSealed();
        }
    }

    /**
     * Opens the log in a directory, or begins one if there is none or an empty one.
     *
     * @throws LogException when it cannot be opened, or another process has it open; the message says why and what helps
     */
    public static SegmentLog open(Path directory, Options options) {
        return open(directory, options, null);
    }

    /**
     * The same; {@code record}, a file outside of the directory, is told what is written and synced, for tests that crash.
     */
    public static SegmentLog open(Path directory, Options options, @Nullable Path record) {
        FileChannel lock = null;
        SegmentLog log = null;
        try {
            Files.createDirectories(directory);
            Disk disk = new SystemDisk(directory);
            // Before there is a lock: a directory that is refused keeps no trace of this.
            Recovery.refuseForeign(disk, new HashSet<>(disk.list()));
            lock = lock(directory);
            if (record != null) {
                disk = new RecordingDisk(disk, record);
            }
            log = new SegmentLog(lock, disk, found(disk, options), options, true);
            return log;
        } catch (AccessDeniedException denied) {
            throw new LogException(
                    "the directory %s for the log cannot be written to: give this user the right to, or name another one"
                            .formatted(directory),
                    denied);
        } catch (FileAlreadyExistsException file) {
            throw new LogException(
                    "%s is a file: name a directory for the log, which is made if there is none".formatted(directory),
                    file);
        } catch (FileSystemException failure) {
            throw new LogException(
                    "the log in %s cannot be opened: %s%s"
                            .formatted(
                                    directory,
                                    failure.getFile(),
                                    failure.getReason() == null ? "" : ": " + failure.getReason()),
                    failure);
        } catch (IOException failure) {
            throw new LogException("the log in %s cannot be opened: %s".formatted(directory, failure), failure);
        } finally {
            if (log == null) {
                close(lock);
            }
        }
    }

    /** The same on any disk, without a lock, and kept within its bounds by {@link #tidy} only. */
    static SegmentLog openUntended(Disk disk, Options options) throws IOException {
        return new SegmentLog(null, disk, found(disk, options), options, false);
    }

    private static Recovery.Found found(Disk disk, Options options) throws IOException {
        try {
            return new Recovery(disk, options).run();
        } catch (Damage damage) {
            throw damage.refusal(disk.describe());
        }
    }

    /** The operating system lets go of it when the process ends, however it does. */
    static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(Layout.LOCK),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException here) {
            held = null;
        }
        if (held == null) {
            ByteBuffer holder = ByteBuffer.allocate(32);
            channel.read(holder, 0);
            channel.close();
            String pid = new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII).strip();
            throw new LogException(
                    "the log in %s is in use by another process%s: stop it, or name another directory with --data"
                            .formatted(directory, pid.isEmpty() ? "" : " (" + pid + ")"));
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        return channel;
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException harmless) {
            // Nothing hangs on it.
        }
    }

    /** What a user should know of how the log was found, in sentences. */
    public List<String> notes() {
        return notes;
    }

    @Override
    public String epoch() {
        return archive.epoch();
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        return writer.append(events);
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        return archive.read(after, filter, bounds);
    }

    @Override
    public Resolution resolve(Cursor cursor, Filter filter) {
        return archive.resolve(cursor, filter);
    }

    @Override
    public OptionalLong find(String id) {
        return archive.find(id);
    }

    @Override
    public long latest(Filter filter, int count) {
        return archive.latest(filter, count);
    }

    @Override
    public long end() {
        return archive.end();
    }

    @Override
    public Size size() {
        return archive.size();
    }

    @Override
    public @Nullable String fault() {
        return writer.fault();
    }

    @Override
    public long listen(TailListener listener) {
        return archive.listen(listener);
    }

    /** Does what the keeper would do some time. */
    void tidy() throws IOException {
        keeper.work();
    }

    @Override
    public void close() {
        writer.close();
        keeper.close();
        archive.close();
        close(lock);
    }
}

package dev.pharos.log;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes a segment log. What piles up while it writes and syncs becomes the next group: one write and
 * one sync for all appends that wait.
 *
 * <p>{@link #append} is thread-safe; everything else runs on the writer's thread. When a write fails, nothing of the group
 * was kept; the file is cut back to what was shown, or given up for a new segment, and the next append tries again.
 */
final class LogWriter {

    private static final System.Logger LOG = System.getLogger(LogWriter.class.getName());

    private static final int GROUP_BYTES = 1 << 20;
    private static final long WAITING_BYTES = 64L << 20;
    /** How many positions are reserved at a time. */
    private static final long RESERVED_AHEAD = 1 << 20;

    private static final long PROBE_MILLIS = 500;
    private static final long IDLE_MILLIS = 10_000;
    private static final int PROBE_BYTES = 256 << 10;

    private final Disk disk;
    private final Archive archive;
    private final HeadFile headFile;
    private final SegmentLog.Options options;
    private final InstantSource clock;
    private final Runnable onSealed;
    private final LogThread thread = new LogThread(this::run, "pharos-log-writer");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private final ArrayDeque<Append> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean closing;

    // Of the thread.
    private @Nullable Segment active;
    private Disk.@Nullable File file;
    private long writeEnd;
    private long synced;
    private long next;
    private boolean needsNewSegment;
    /** Whether the file may have something behind its last batch. */
    private boolean hasRemains;

    private long unsyncedSince;
    private long failedAt;
    private final Output out = new Output();
    private final BatchWriter batches = new BatchWriter(out);
    private long[] batchFirsts = new long[16];
    private long[] batchOffsets = new long[16];
    private int batchCount;

    private volatile @Nullable String fault;
    /** Set when durability of what was acknowledged is in doubt: nothing more is taken. */
    private boolean broken;

    /** Events that are to be next to each other, and who waits for them. */
    private static final class Append {
        private final List<Event> events;
        private final int bytes;
        private final CompletableFuture<List<Entry>> done = new CompletableFuture<>();
        private List<Entry> entries = List.of();
        private @Nullable RuntimeException failure;

        Append(List<Event> events) {
            this.events = events;
            int sum = 0;
            for (Event event : events) {
                sum += Sizes.of(event);
            }
            this.bytes = sum;
        }

        void complete() {
            RuntimeException wrong = failure;
            if (wrong != null) {
                done.completeExceptionally(wrong);
            } else {
                done.complete(entries);
            }
        }
    }

    /**
     * Prepares to go on where a log ends.
     *
     * @param active the segment to go on with, or null to begin one
     * @param next the first position to give
     * @param onSealed told, on the writer's thread, when a segment is full
     */
    LogWriter(
            Disk disk,
            Archive archive,
            HeadFile headFile,
            SegmentLog.Options options,
            @Nullable Segment active,
            long next,
            Runnable onSealed) {
        this.disk = disk;
        this.archive = archive;
        this.headFile = headFile;
        this.options = options;
        this.clock = options.clock();
        this.active = active;
        this.next = next;
        this.onSealed = onSealed;
    }

    void start() throws IOException {
        Segment continued = active;
        if (continued != null) {
            file = disk.create(continued.fileName());
            writeEnd = continued.end();
            synced = writeEnd;
        }
        thread.start();
    }

    @Nullable
    String fault() {
        return fault;
    }

    CompletionStage<List<Entry>> append(List<Event> events) {
        if (events.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Append append = new Append(events);
        lock.lock();
        try {
            if (closing) {
                return CompletableFuture.failedFuture(new LogException("the log is closed"));
            }
            if (!waiting.isEmpty() && waitingBytes + append.bytes > WAITING_BYTES) {
                return CompletableFuture.failedFuture(new LogException("more than " + (WAITING_BYTES >> 20)
                        + " MiB of events wait for the disk; publish again later"));
            }
            waiting.add(append);
            waitingBytes += append.bytes;
            changed.signal();
        } finally {
            lock.unlock();
        }
        return append.done;
    }

    /** Writes what has been taken, then ends the thread and closes the log's head; waits for that. */
    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        thread.awaitEnd();
    }

    private void run() {
        List<Append> group = new ArrayList<>();
        while (take(group)) {
            if (!group.isEmpty()) {
                EventLog.TailListener tail = archive.tail();
                tail.onGroupStart();
                try {
                    commit(group);
                } finally {
                    tail.onGroupEnd();
                }
                group.clear();
            }
            sync();
            probe();
            rollIfOld();
        }
        end();
    }

    /** Waits for something to write, but not longer than something else is to be done; false when all is done. */
    @SuppressWarnings({"WaitNotInLoop", "ThreadPriorityCheck"}) // to wake without a reason is fine; a yield only helps
    private boolean take(List<Append> group) {
        lock.lock();
        try {
            if (waiting.isEmpty() && !closing) {
                changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(pause()));
            }
        } catch (InterruptedException ignored) {
            return true; // nobody has a reason to interrupt this thread
        } finally {
            lock.unlock();
        }
        // Where threads that append compete with this one for a processor, they come first: the group is larger then.
        Thread.yield();
        lock.lock();
        try {
            int bytes = 0;
            while (!waiting.isEmpty() && bytes < GROUP_BYTES) {
                Append append = waiting.remove();
                group.add(append);
                bytes += append.bytes;
            }
            waitingBytes -= bytes;
            return !(closing && group.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    private long pause() {
        if (fault != null) {
            return PROBE_MILLIS;
        }
        return synced < writeEnd && options.sync() instanceof SyncPolicy.Interval interval
                ? Math.max(1, interval.length().toMillis() - (clock.millis() - unsyncedSince))
                : IDLE_MILLIS;
    }

    private void commit(List<Append> group) {
        List<Entry> fresh = new ArrayList<>();
        try {
            place(group, fresh);
            if (!fresh.isEmpty()) {
                if (broken) {
                    throw new LogException("the log takes no events: " + fault);
                }
                write(fresh);
                fault = null;
            }
        } catch (IOException failure) {
            fail(group, failed(failure));
        } catch (RuntimeException | Error failure) {
            LOG.log(System.Logger.Level.ERROR, "the log could not write", failure);
            needsNewSegment = true;
            hasRemains = true;
            fail(
                    group,
                    failure instanceof LogException known
                            ? known
                            : new LogException("the log could not write: " + failure, failure));
        }
        for (Append append : group) {
            append.complete();
        }
    }

    private static void fail(List<Append> group, RuntimeException failure) {
        for (Append append : group) {
            if (append.failure == null) {
                append.failure = failure;
            }
        }
    }

    private LogException failed(IOException failure) {
        boolean full = disk.isFull(failure);
        String sentence = full
                ? "no space is left in %s; the events were not kept, publish them again when there is"
                        .formatted(disk.describe())
                : "the log in %s cannot be written: %s".formatted(disk.describe(), failure);
        if (fault == null) {
            LOG.log(System.Logger.Level.ERROR, sentence);
        }
        failedAt = clock.millis();
        if (!broken) {
            fault = full ? "no space is left in " + disk.describe() : sentence;
        }
        return full ? new LogFullException(sentence, failure) : new LogException(sentence, failure);
    }

    /** Gives positions to the events that are new, and to the others the entries they are repetitions of. */
    private void place(List<Append> group, List<Entry> fresh) {
        Map<String, Entry> keys = new HashMap<>();
        long time = clock.millis();
        for (Append append : group) {
            int freshBefore = fresh.size();
            long nextBefore = next;
            try {
                append.entries = place(append.events, fresh, keys, time);
            } catch (IdempotencyConflictException | LogException failure) {
                append.failure = failure;
                List<Entry> undone = fresh.subList(freshBefore, fresh.size());
                for (Entry entry : undone) {
                    keys.remove(entry.event().idempotencyKey());
                }
                undone.clear();
                next = nextBefore;
            }
        }
    }

    private List<Entry> place(List<Event> events, List<Entry> fresh, Map<String, Entry> keys, long time) {
        List<Entry> entries = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            String key = event.idempotencyKey();
            Entry known = null;
            if (key != null) {
                known = keys.get(key);
                known = known != null ? known : archive.withIdempotencyKey(key);
            }
            if (known == null) {
                known = new Entry(archive.epoch(), next++, time, event);
                fresh.add(known);
                if (key != null) {
                    keys.put(key, known);
                }
            } else if (!known.event().equals(event)) {
                throw new IdempotencyConflictException(i);
            }
            entries.add(known);
        }
        return entries;
    }

    private void write(List<Entry> fresh) throws IOException {
        long first = fresh.getFirst().position();
        reserve(fresh.getLast().position());
        Segment segment = active;
        if (segment == null || isFull(segment)) {
            segment = begin(first);
        }
        Disk.File to = Objects.requireNonNull(file);
        encode(fresh);
        int size = out.size();
        try {
            to.write(out.buffer(), writeEnd);
        } catch (IOException failure) {
            cutBack(to);
            throw failure;
        }
        if (isStrict()) {
            try {
                to.sync();
            } catch (IOException failure) {
                // What the file holds now is not known any more, not even by the operating system.
                needsNewSegment = true;
                cutBack(to);
                throw failure;
            }
            synced = writeEnd + size;
        } else if (synced == writeEnd) {
            unsyncedSince = clock.millis();
        }
        writeEnd += size;
        archive.show(segment, fresh, batchFirsts, batchOffsets, batchCount, writeEnd);
    }

    private boolean isStrict() {
        return options.sync() instanceof SyncPolicy.Always;
    }

    /** Notes, before it happens, that positions are given and under which policy. */
    private void reserve(long last) throws IOException {
        Head head = headFile.head();
        boolean lax = !isStrict() || (head.lax() && !head.isClean());
        if (head.isClean() || last > head.reserved() || lax != head.lax()) {
            headFile.write(head.written(Math.max(head.reserved(), last + RESERVED_AHEAD), lax));
        }
    }

    private boolean isFull(Segment segment) {
        OpenIndex index = segment.openIndex();
        return needsNewSegment
                || writeEnd >= options.segmentBytes()
                || index.bytes() >= options.indexBytes()
                || (index.events() > 0 && clock.millis() - index.oldest() > options.segmentMillis());
    }

    private void encode(List<Entry> fresh) {
        out.clear();
        batchCount = 0;
        for (Entry entry : fresh) {
            if (!batches.hasRoom()) {
                batches.end();
                batches.begin(entry.position(), entry.time(), synced);
                if (batchCount == batchFirsts.length) {
                    batchFirsts = Arrays.copyOf(batchFirsts, 2 * batchCount);
                    batchOffsets = Arrays.copyOf(batchOffsets, 2 * batchCount);
                }
                batchFirsts[batchCount] = entry.position();
                batchOffsets[batchCount++] = writeEnd + batches.start();
            }
            batches.add(entry.event());
        }
        batches.end();
    }

    private void cutBack(Disk.File to) {
        try {
            to.truncate(writeEnd);
        } catch (IOException failure) {
            needsNewSegment = true;
        }
        hasRemains = true;
    }

    /** Begins a segment; the one before is durable then. */
    private Segment begin(long first) throws IOException {
        syncActive();
        String name = Layout.name(first) + Layout.SEGMENT;
        Disk.File created = disk.create(name);
        Segment segment;
        try {
            created.truncate(0);
            Segment before = active;
            long previous = before == null ? 0 : before.first();
            created.write(new Segment.Header(first, previous, writeEnd, clock.millis(), archive.epoch()).write(), 0);
            created.sync();
            disk.sync();
            segment = Segment.open(disk, first);
        } catch (IOException | Damage failure) {
            created.close();
            disk.delete(name);
            throw failure instanceof IOException known ? known : new IOException(failure);
        }
        Disk.File old = file;
        archive.lock.lock();
        try {
            archive.segments.put(first, segment);
        } finally {
            archive.lock.unlock();
        }
        boolean sealed = active != null;
        active = segment;
        file = created;
        writeEnd = Layout.SEGMENT_HEADER;
        synced = writeEnd;
        needsNewSegment = false;
        hasRemains = false;
        if (old != null) {
            old.close();
        }
        if (sealed) {
            onSealed.run();
        }
        return segment;
    }

    /** Under the looser policies: makes everything shown durable, or takes nothing more if that fails. */
    private void syncActive() throws IOException {
        if (synced < writeEnd) {
            try {
                Objects.requireNonNull(file).sync();
                synced = writeEnd;
            } catch (IOException failure) {
                broken = true;
                fault = "events that were acknowledged may not be on the disk in %s (%s): see to it and restart the hub"
                        .formatted(disk.describe(), failure);
                LOG.log(System.Logger.Level.ERROR, fault);
                throw failure;
            }
        }
    }

    private void sync() {
        if (!broken
                && synced < writeEnd
                && options.sync() instanceof SyncPolicy.Interval interval
                && Math.abs(clock.millis() - unsyncedSince) >= interval.length().toMillis()) {
            try {
                syncActive();
            } catch (IOException told) {
                // The fault says it.
            }
        }
    }

    /** Finds out whether the disk can be written again, so that publishers who look at the readiness come back. */
    private void probe() {
        if (fault == null || broken || Math.abs(clock.millis() - failedAt) < PROBE_MILLIS) {
            return;
        }
        failedAt = clock.millis();
        String name = "probe" + Layout.NEW;
        try {
            try (Disk.File probe = disk.create(name)) {
                out.clear();
                out.skip(PROBE_BYTES);
                probe.write(out.buffer(), 0);
                probe.sync();
            } finally {
                disk.delete(name);
            }
            fault = null;
            LOG.log(System.Logger.Level.INFO, "the log in {0} can be written again", disk.describe());
        } catch (IOException still) {
            // The fault goes on.
        }
    }

    /** A segment that nothing is added to must end some time, or it would be kept for ever. */
    private void rollIfOld() {
        Segment segment = active;
        if (segment != null
                && !broken
                && segment.openIndex().events() > 0
                && clock.millis() - segment.openIndex().newest()
                        > options.retention().maxAge().toMillis()) {
            try {
                reserve(next);
                begin(next++);
            } catch (IOException failure) {
                failed(failure);
            }
        }
    }

    private void end() {
        try {
            if (!broken) {
                syncActive();
                if (hasRemains && file != null) {
                    file.truncate(writeEnd);
                    file.sync();
                }
                Head head = headFile.head();
                if (!head.isClean()) {
                    headFile.write(head.closed(archive.end(), next - 1));
                }
            }
            if (file != null) {
                file.close();
            }
            headFile.close();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "the log in {0} was not closed well: {1}", disk.describe(), failure);
        }
    }
}

package dev.pharos.log;

import dev.pharos.log.LogFiles.Positions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A repair of the files of a log: what would be done, and then, maybe, doing it. Holds the lock of the log until it is
 * closed. Not thread-safe.
 *
 * <p>What is whole stays and keeps its positions. Where events were that cannot be read there is a hole afterwards, and
 * every reader whose cursor is before the end of it is told of the loss. The holes are written down before any file is
 * changed, so that a repair that is cut short can be run again.
 */
public final class LogRepair implements AutoCloseable {

    /** More positions than the largest segment can have events: of those that are not seen any may have been given. */
    private static final long BEYOND = 1L << 24;

    private static final int COPY_BYTES = 256 << 10;
    private static final String DAMAGED = ".damaged";

    private final Disk disk;
    private final @Nullable FileChannel lock;
    private final LogCheck check;
    private final RandomGenerator random = new SecureRandom();

    private final List<Change> changes = new ArrayList<>();
    private final List<Segment.Header> headers = new ArrayList<>();
    private @Nullable Head head;
    private long lostEvents;
    private long lostBytes;

    /**
     * One thing to do.
     *
     * @param file to which
     * @param what, for people
     * @param lost where events are given up, at most; or null when none are
     * @param bytes how much of the file is left out
     */
    public record Change(String file, String what, @Nullable Positions lost, long bytes) {}

    LogRepair(Disk disk, @Nullable FileChannel lock, LogCheck check) {
        this.disk = disk;
        this.lock = lock;
        this.check = check;
        plan();
    }

    /** What is to be done; nothing when there is no damage. */
    public List<Change> changes() {
        return List.copyOf(changes);
    }

    /** How many events are lost at most. */
    public long lostEvents() {
        return lostEvents;
    }

    /** How many bytes of segments are lost. */
    public long lostBytes() {
        return lostBytes;
    }

    private void plan() {
        Head before = check.head;
        Head after = before != null ? before : newHead();
        if (before == null) {
            change(
                    Layout.HEAD,
                    check.epoch().isEmpty()
                            ? "make a new one, with a new epoch since no file tells the old one: every reader is told that"
                                    + " events were lost"
                            : "make a new one: every reader is told once that events may have been lost",
                    null,
                    0);
        }
        if (check.keptIsDamaged) {
            change(
                    Layout.KEPT,
                    "remove it, and with it the events that outlasted their segments: readers from before the oldest"
                            + " segment are told that events were lost",
                    null,
                    0);
            long to = check.segments.isEmpty() ? after.reserved() : check.segments.getFirst().first - 1;
            after = lostTo(after, to);
        }
        for (String stranger : check.strangers) {
            change(stranger, "set it aside: it is of another log", null, 0);
        }
        for (Positions gone : check.missing) {
            change(Layout.HEAD, "note a hole where events are missing", gone, 0);
            after = hole(after, gone);
        }
        long previous = 0;
        long previousEnd = 0;
        for (SegmentCheck segment : check.segments) {
            for (SegmentCheck.Gap gap : segment.gaps) {
                Positions gone = gap.first() <= gap.last() ? new Positions(gap.first(), gap.last()) : null;
                long bytes = Math.max(0, Math.min(gap.to(), segment.length) - gap.from());
                change(segment.name, "leave out what cannot be read at offset %d".formatted(gap.from()), gone, bytes);
                if (gone != null) {
                    after = hole(after, gone);
                }
            }
            Segment.Header old = segment.header;
            boolean isOldest = previous == 0;
            if (isOldest && old != null && !check.keptIsDamaged && old.previous() < check.kept.firstKept()) {
                previous = old.previous();
                previousEnd = old.previousEnd();
            }
            Segment.Header header = new Segment.Header(
                    segment.first, previous, previousEnd, old == null ? segment.oldest : old.time(), after.epoch());
            if (old == null) {
                change(segment.name, "give it a new header", null, 0);
            } else if (old.previous() != previous || old.previousEnd() != previousEnd) {
                change(segment.name, "join it to what is before it", null, 0);
            }
            headers.add(header);
            previous = segment.first;
            previousEnd = segment.gaps.isEmpty() ? segment.end : Layout.SEGMENT_HEADER + segment.wholeBytes();
        }
        head = after;
    }

    private void change(String file, String what, @Nullable Positions lost, long bytes) {
        changes.add(new Change(file, what, lost, bytes));
        lostEvents += lost == null ? 0 : lost.count();
        lostBytes += bytes;
    }

    private Head newHead() {
        long seen = Math.max(check.kept.through(), check.kept.firstKept());
        for (SegmentCheck segment : check.segments) {
            seen = Math.max(seen, Math.max(segment.first, segment.last));
        }
        String epoch =
                check.epoch().isEmpty() ? Long.toString(random.nextLong() >>> 12, Character.MAX_RADIX) : check.epoch();
        // What was in the old head is not known: anything may have been lost, and a start looks for the end.
        long end = seen + BEYOND;
        return lostTo(Head.create(epoch, random.nextLong()).written(end, true), end);
    }

    private static Head lostTo(Head head, long position) {
        return new Head(
                head.epoch(),
                head.seed(),
                head.reserved(),
                head.end(),
                head.lax(),
                Math.max(head.lostTo(), position),
                head.holes());
    }

    private static Head hole(Head head, Positions gone) {
        // Of a repair that was cut short it is there already.
        return head.holes().contains(new Head.Hole(gone.first(), gone.last()))
                ? lostTo(head, gone.last())
                : head.withHole(gone.first(), gone.last(), true);
    }

    /**
     * Does it.
     *
     * @param discard whether the files as they were are not kept under another name
     */
    public void apply(boolean discard) {
        LogFiles.reading(disk, () -> {
            if (!changes.isEmpty()) {
                writeHead(discard);
                if (check.keptIsDamaged) {
                    remove(Layout.KEPT, discard);
                }
                for (String stranger : check.strangers) {
                    remove(stranger, discard);
                }
                for (int i = 0; i < headers.size(); i++) {
                    SegmentCheck segment = check.segments.get(i);
                    if (!segment.gaps.isEmpty() || !headers.get(i).equals(segment.header)) {
                        rewrite(segment, headers.get(i), discard);
                    }
                }
                disk.sync();
            }
            return changes;
        });
    }

    private void writeHead(boolean discard) throws IOException, Damage {
        Head next = java.util.Objects.requireNonNull(head);
        if (check.head != null) {
            try (HeadFile file = HeadFile.open(disk, true)) {
                if (!next.equals(check.head)) {
                    file.write(next);
                }
            }
            return;
        }
        // The new head has another seed: what was indexed with the old one would not be found.
        for (SegmentCheck segment : check.segments) {
            disk.delete(Layout.name(segment.first) + Layout.INDEX);
        }
        if (check.has(Layout.HEAD)) {
            keep(Layout.HEAD, discard);
        }
        disk.sync();
        HeadFile.create(disk, next).close();
    }

    private void remove(String name, boolean discard) throws IOException {
        if (discard) {
            disk.delete(name);
        } else {
            disk.rename(name, freeName(name));
        }
    }

    private String freeName(String name) throws IOException {
        List<String> names = disk.list();
        String free = name + DAMAGED;
        for (int i = 2; names.contains(free); i++) {
            free = name + DAMAGED + "-" + i;
        }
        return free;
    }

    /** Keeps a copy of a file that will be replaced in one step. */
    private void keep(String name, boolean discard) throws IOException {
        if (discard) {
            return;
        }
        String copy = name + DAMAGED + Layout.NEW;
        try (Disk.File from = disk.open(name);
                Disk.File to = disk.create(copy)) {
            to.truncate(0);
            copy(from, 0, from.length(), to, 0);
            to.sync();
        }
        disk.rename(copy, freeName(name));
    }

    private static void copy(Disk.File from, long start, long end, Disk.File to, long offset) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(COPY_BYTES);
        long at = start;
        while (at < end) {
            some.clear().limit((int) Math.min(COPY_BYTES, end - at));
            int read = from.read(some, at);
            if (read <= 0) {
                throw new IOException("a file has become shorter");
            }
            some.flip();
            to.write(some, offset + at - start);
            at += read;
        }
    }

    /** Writes a segment anew beside the old one, which then goes in one step. */
    private void rewrite(SegmentCheck segment, Segment.Header header, boolean discard) throws IOException, Damage {
        String fresh = segment.name + Layout.NEW;
        try (Disk.File from = disk.open(segment.name);
                Disk.File to = disk.create(fresh)) {
            to.truncate(0);
            to.write(header.write(), 0);
            if (segment.gaps.isEmpty()) {
                copy(from, Layout.SEGMENT_HEADER, segment.length, to, Layout.SEGMENT_HEADER);
            } else {
                long offset = Layout.SEGMENT_HEADER;
                for (SegmentCheck.Part part : segment.parts) {
                    offset = copyBatches(new Batches(from, segment.name, part.from(), part.to()), to, offset);
                }
            }
            to.sync();
        }
        keep(segment.name, discard);
        disk.delete(Layout.name(segment.first) + Layout.INDEX);
        disk.rename(fresh, segment.name);
        disk.sync();
    }

    /** Batches say how far the file was durable, which is another offset now; gives where they end. */
    private static long copyBatches(Batches batches, Disk.File to, long start) throws IOException, Damage {
        long offset = start;
        while (batches.next()) {
            ByteBuffer old = batches.whole();
            int size = old.remaining();
            ByteBuffer batch = ByteBuffer.allocate(size).put(old).flip();
            batch.putLong(Layout.BATCH_SYNCED, offset);
            batch.putInt(Layout.BATCH_CHECKSUM, Layout.checksum(batch, Layout.BATCH_COUNT, size));
            to.write(batch, offset);
            offset += size;
        }
        return offset;
    }

    @Override
    public void close() {
        FileChannel held = lock;
        if (held != null) {
            LogFiles.reading(disk, () -> {
                held.close();
                return held;
            });
        }
    }
}

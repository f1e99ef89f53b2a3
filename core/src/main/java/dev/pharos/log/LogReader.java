package dev.pharos.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a log from its files, in order, also while a process writes to it. Not thread-safe.
 *
 * <p>What is not whole at the end of the log is still being written, and is read when it is there.
 */
public final class LogReader implements AutoCloseable {

    private static final int ENOUGH_BYTES = 256 << 10;
    private static final int ENOUGH_SURVIVORS = 256;
    private static final int ATTEMPTS = 5;

    private final Disk disk;
    private final String epoch;
    private final ArrayDeque<Entry> survivors = new ArrayDeque<>();
    private final Records records = new Records();
    private long skip;

    /** Everything at or before it has been read. */
    private long position;

    private @Nullable Segment segment;
    /** Where its last event ends, if it is full. */
    private long limit = Long.MAX_VALUE;

    private @Nullable Batches batches;
    private long offset;
    /** The length of the file when there was something at the offset that was no batch. */
    private long oddLength = -1;

    private LogReader(Disk disk, String epoch, long position) {
        this.disk = disk;
        this.epoch = epoch;
        this.position = position;
    }

    static LogReader behind(Disk disk, long position) throws IOException, Damage {
        Head head = head(disk);
        Damage gone = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // Segments may be dropped in between, into a newer kept file.
            LogReader reader = new LogReader(disk, head.epoch(), position);
            KeptFile.Bounds kept = reader.kept(head);
            try {
                List<Segment> chain = chain(disk, kept.firstKept());
                if (chain.isEmpty()
                        || chain.getFirst().header().previous() == 0
                        || chain.getFirst().header().previous() < kept.firstKept()) {
                    return reader.begin(chain);
                }
                gone = missing(chain.getFirst());
                chain.forEach(Segment::drop);
            } catch (Damage damage) {
                gone = damage;
            }
        }
        throw Objects.requireNonNull(gone);
    }

    private LogReader begin(List<Segment> chain) throws IOException, Damage {
        try {
            long first = chain.isEmpty() ? Long.MAX_VALUE : chain.getFirst().first();
            survivors.removeIf(survivor -> survivor.position() <= position || survivor.position() >= first);
            for (int i = chain.size() - 1; i >= 0 && segment == null; i--) {
                if (chain.get(i).first() <= position + 1 || i == 0) {
                    begin(chain.remove(i));
                }
            }
            return this;
        } finally {
            chain.forEach(Segment::drop);
        }
    }

    static LogReader newest(Disk disk, long count) throws IOException, Damage {
        LogFiles.Summary summary =
                new LogCheck(disk, true, false).run((bytes, of) -> {}).summary();
        long counted = 0;
        long from = 0;
        for (LogFiles.SegmentSummary segment : summary.segments().reversed()) {
            counted += segment.events();
            if (counted >= count) {
                from = segment.first() - 1;
                break;
            }
        }
        if (counted < count) {
            counted += summary.survivors();
        }
        LogReader reader = behind(disk, from);
        reader.skip = Math.max(0, counted - count);
        return reader;
    }

    private static Head head(Disk disk) throws IOException, Damage {
        if (!disk.list().contains(Layout.HEAD)) {
            throw new Damage(Layout.HEAD, 0, "the head is missing");
        }
        try (HeadFile file = HeadFile.open(disk, false)) {
            return file.head();
        }
    }

    private KeptFile.Bounds kept(Head head) throws IOException, Damage {
        if (!disk.list().contains(Layout.KEPT)) {
            return new KeptFile.Bounds(0, 0);
        }
        Archive archive = new Archive(disk.describe(), head, SegmentLog.Retention.DEFAULT);
        KeptFile.Bounds bounds = KeptFile.read(disk, head.epoch(), archive.floors, archive.newest, archive.survivors);
        survivors.addAll(archive.survivors.all());
        return bounds;
    }

    /** The segments from a position on, as each names the one before; open, to be let go of. */
    private static List<Segment> chain(Disk disk, long from) throws IOException, Damage {
        List<Long> firsts = disk.list().stream()
                .map(name -> Layout.first(name, Layout.SEGMENT))
                .filter(first -> first >= Math.max(0, from))
                .sorted()
                .toList();
        ArrayDeque<Segment> chain = new ArrayDeque<>();
        boolean done = false;
        try {
            for (long first : firsts.reversed()) {
                Segment segment = openIfBegun(disk, first);
                if (segment == null) {
                    continue;
                }
                Segment following = chain.peekFirst();
                if (following == null || following.header().previous() == first) {
                    chain.addFirst(segment);
                    continue;
                }
                boolean isGivenUp = segment.file().length() <= Layout.SEGMENT_HEADER;
                segment.drop();
                if (!isGivenUp) {
                    throw missing(following);
                }
            }
            done = true;
        } finally {
            if (!done) {
                chain.forEach(Segment::drop);
            }
        }
        return new ArrayList<>(chain);
    }

    private static @Nullable Segment openIfBegun(Disk disk, long first) throws IOException, Damage {
        try {
            return Segment.open(disk, first);
        } catch (NoSuchFileException | FileNotFoundException dropped) {
            return null;
        } catch (Damage damage) {
            try (Disk.File file = disk.open(Layout.name(first) + Layout.SEGMENT)) {
                if (file.length() <= Layout.SEGMENT_HEADER) {
                    return null;
                }
            }
            throw damage;
        }
    }

    private static Damage missing(Segment following) {
        return new Damage(
                Layout.name(following.header().previous()) + Layout.SEGMENT,
                0,
                "the segment before %s is missing".formatted(following.fileName()));
    }

    /**
     * Reads on.
     *
     * @return the events that come next, a bounded number of them; empty when there are no more now
     */
    public List<Entry> read() {
        return LogFiles.reading(disk, () -> {
            List<Entry> found = new ArrayList<>();
            while (found.isEmpty() && some(found)) {
                // Those to be skipped are not shown.
            }
            return found;
        });
    }

    /** Reads some events; false when there are no more now. */
    private boolean some(List<Entry> found) throws IOException, Damage {
        if (!survivors.isEmpty()) {
            for (int i = 0; i < ENOUGH_SURVIVORS && !survivors.isEmpty(); i++) {
                add(found, survivors.remove());
            }
            return true;
        }
        Segment current = segment;
        if (current == null) {
            List<Segment> chain = chain(disk, position);
            if (chain.isEmpty()) {
                return false;
            }
            begin(chain.removeFirst());
            chain.forEach(Segment::drop);
            return true;
        }
        Batches reading = batches;
        if (reading == null) {
            reading = new Batches(
                    current.file(),
                    current.fileName(),
                    offset,
                    Math.min(limit, current.file().length()));
            batches = reading;
        }
        long from = offset;
        try {
            while (offset - from < ENOUGH_BYTES && reading.next()) {
                take(reading, found);
                offset = reading.end();
            }
            if (offset > from) {
                return true;
            }
            oddLength = -1;
        } catch (Damage odd) {
            batches = null;
            return offset > from || goesOnBehind(current, odd);
        }
        batches = null;
        return goesOnBehind(current, null);
    }

    private void take(Batches reading, List<Entry> found) throws Damage {
        if (reading.last() <= position) {
            return;
        }
        try {
            ByteBuffer body = reading.body();
            for (int i = 0; i < reading.count(); i++) {
                int length = Records.length(body);
                int end = body.position() + length;
                if (reading.first() + i > position) {
                    add(found, new Entry(epoch, reading.first() + i, reading.time(), records.read(body)));
                }
                body.position(end);
            }
        } catch (RuntimeException unreadable) {
            throw reading.unreadable();
        }
    }

    private void add(List<Entry> found, Entry entry) {
        position = entry.position();
        if (skip > 0) {
            skip--;
        } else {
            found.add(entry);
        }
    }

    /** Whether there may be more, although at the offset the file ends or, with {@code odd}, there is no batch. */
    private boolean goesOnBehind(Segment current, @Nullable Damage odd) throws IOException, Damage {
        if (limit < Long.MAX_VALUE) {
            if (offset < limit) {
                // Unless it was not whole when it was looked at, and is by now.
                new Batches(current.file(), current.fileName(), offset, limit).next();
                return true;
            }
            Segment following = following(current);
            if (following == null) {
                throw new Damage(current.fileName(), offset, "the segment behind it is gone");
            }
            current.drop();
            begin(following);
            return true;
        }
        Segment following = following(current);
        if (following != null) {
            limit = following.header().previousEnd();
            following.drop();
            return true;
        }
        long length = current.file().length();
        if (length < offset) {
            // The writer took back what it could not make durable.
            offset = Layout.SEGMENT_HEADER;
            return true;
        }
        if (odd == null) {
            return length > offset;
        }
        Batches behind = new Batches(current.file(), current.fileName(), offset, length);
        if (behind.find(offset + 1) && behind.synced() > offset) {
            new Batches(current.file(), current.fileName(), offset, length).next();
            return true;
        }
        // What was taken back may have been written over, so that no batch begins here any more.
        boolean again = oddLength >= 0 && oddLength != length;
        oddLength = again ? -1 : length;
        if (again) {
            offset = Layout.SEGMENT_HEADER;
        }
        return again;
    }

    /** The segment behind this one, or null when there is none. */
    private @Nullable Segment following(Segment current) throws IOException, Damage {
        long next = disk.list().stream()
                .mapToLong(name -> Layout.first(name, Layout.SEGMENT))
                .filter(first -> first > current.first())
                .min()
                .orElse(-1);
        if (next < 0) {
            return null;
        }
        Segment following = openIfBegun(disk, next);
        if (following == null || following.header().previous() != current.first()) {
            if (following != null) {
                following.drop();
            }
            List<Segment> chain = chain(disk, current.first() + 1);
            following = chain.isEmpty() ? null : chain.removeFirst();
            chain.forEach(Segment::drop);
        }
        if (following != null && following.header().previous() != current.first()) {
            following.drop();
            if (following.header().previous() > current.first()) {
                throw new LogException(
                        "the log has dropped its oldest events, those behind position %d, before they were read: begin again"
                                .formatted(position));
            }
            return null;
        }
        return following;
    }

    private void begin(Segment next) throws IOException, Damage {
        segment = next;
        offset = Layout.SEGMENT_HEADER;
        batches = null;
        oddLength = -1;
        Segment following = following(next);
        limit = following == null ? Long.MAX_VALUE : following.header().previousEnd();
        if (following != null) {
            following.drop();
        }
    }

    @Override
    public void close() {
        Segment current = segment;
        if (current != null) {
            current.drop();
            segment = null;
        }
    }
}

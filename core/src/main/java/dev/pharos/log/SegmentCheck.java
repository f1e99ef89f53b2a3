package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One segment as it is found: which of its bytes are whole batches, and which are not. Of one thread.
 *
 * <p>A damaged stretch ends where the next whole batch begins: the magic of a batch is no UTF-8 and its checksum must be
 * right, so that no event can look like one.
 */
final class SegmentCheck {

    final long first;
    final String name;
    /** What it begins with, or null when that is damaged. */
    final Segment.@Nullable Header header;
    /** The length of the file. */
    final long length;

    final List<Part> parts = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();
    /** What follows the last whole batch although more was expected, or null. */
    @Nullable
    Gap tail;

    long events;
    long oldest;
    long newest;
    /** The position of the last event, or that before the first. */
    long last;
    /** Where the last whole batch ends. */
    long end = Layout.SEGMENT_HEADER;
    /** The highest offset up to which a batch says that the file was durable. */
    long synced;

    /** Whole batches next to each other, from one offset to another, and how many events they have. */
    record Part(long from, long to, long events) {}

    /**
     * Bytes that are no batches.
     *
     * @param from their offset
     * @param to where they end
     * @param first the lowest position that an event in them can have had
     * @param last the highest
     */
    record Gap(long from, long to, String what, long first, long last) {}

    SegmentCheck(long first, Segment.@Nullable Header header, long length) {
        this.first = first;
        this.name = Layout.name(first) + Layout.SEGMENT;
        this.header = header;
        this.length = length;
        this.last = first - 1;
    }

    /** Takes over what the index of a full segment tells, instead of reading it. */
    void trust(SealedIndex index, long lastPosition) {
        events = index.events();
        oldest = index.oldest();
        newest = index.newest();
        end = index.end();
        last = lastPosition;
        if (end > Layout.SEGMENT_HEADER) {
            parts.add(new Part(Layout.SEGMENT_HEADER, end, events));
        }
    }

    /**
     * Reads it.
     *
     * @param limit where its last batch ends, if that is known, else its length
     * @param before all its positions are below this one
     * @param read told how many bytes of it have been read
     */
    void read(Disk disk, long limit, long before, LongConsumer read) throws IOException {
        try (Disk.File file = disk.open(name)) {
            Batches batches = new Batches(file, name, Layout.SEGMENT_HEADER, Math.min(limit, length));
            Records records = new Records();
            boolean more = true;
            while (more) {
                long at = end;
                try {
                    more = batches.next() && take(batches, records, before);
                } catch (Damage damage) {
                    more = resume(batches, records, damage, at, limit, before);
                }
                read.accept(end);
            }
            if (limit > length && tail == null) {
                tail = new Gap(
                        length,
                        limit,
                        "the file ends %d bytes before its last event".formatted(limit - length),
                        last + 1,
                        before - 1);
            }
        }
    }

    /** Goes on behind a damage, or notes that nothing whole follows. */
    private boolean resume(Batches batches, Records records, Damage damage, long at, long limit, long before)
            throws IOException {
        long lastBefore = last;
        long from = at + 1;
        while (batches.find(from)) {
            try {
                take(batches, records, before);
            } catch (Damage another) {
                from = batches.offset() + 1;
                continue;
            }
            gaps.add(new Gap(
                    at, batches.offset(), String.valueOf(damage.getMessage()), lastBefore + 1, batches.first() - 1));
            return true;
        }
        tail = new Gap(at, limit, String.valueOf(damage.getMessage()), last + 1, before - 1);
        return false;
    }

    /** Takes in a batch whose checksum is right. */
    private boolean take(Batches batches, Records records, long before) throws Damage {
        if (batches.count() <= 0 || batches.first() <= last || batches.last() >= before) {
            throw new Damage(
                    name,
                    batches.offset(),
                    "a batch has the positions %d to %d, which are not its own"
                            .formatted(batches.first(), batches.last()));
        }
        try {
            ByteBuffer body = batches.body();
            for (int i = 0; i < batches.count(); i++) {
                int recordEnd = Records.length(body);
                recordEnd += body.position();
                records.read(body);
                body.position(recordEnd);
            }
        } catch (RuntimeException unreadable) {
            throw batches.unreadable();
        }
        oldest = events == 0 ? batches.time() : oldest;
        newest = Math.max(newest, batches.time());
        events += batches.count();
        last = batches.last();
        synced = Math.max(synced, batches.synced());
        end = batches.end();
        Part part = parts.isEmpty() ? null : parts.getLast();
        if (part != null && part.to == batches.offset()) {
            parts.set(parts.size() - 1, new Part(part.from, end, part.events + batches.count()));
        } else {
            parts.add(new Part(batches.offset(), end, batches.count()));
        }
        return true;
    }

    /** How many bytes of whole batches there are. */
    long wholeBytes() {
        return parts.stream().mapToLong(part -> part.to - part.from).sum();
    }

    /** Forgets what lies behind a gap, which a start would cut, and makes it the tail. */
    void cutAt(Gap gap) {
        tail = new Gap(gap.from, length, gap.what, gap.first, last);
        gaps.clear();
        end = gap.from;
        last = gap.first - 1;
        parts.removeIf(part -> part.from >= gap.from);
        events = parts.stream().mapToLong(Part::events).sum();
    }

    /** Makes the tail a gap like any other: what was there had been durable. */
    void tailIsGap() {
        if (tail != null) {
            gaps.add(tail);
            tail = null;
        }
    }
}

package dev.pharos.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The index of the segment that is being written, in memory. Not thread-safe: guarded by its log.
 *
 * <p>For each topic of each event there is an entry that leads to the entry of the event before it with the same topic.
 */
final class OpenIndex implements SegmentIndex {

    /** Every so many bytes one batch is noted. */
    static final int SPACING = 64 << 10;
    /** A topic with more events behind a position is read with all others. */
    private static final int MOST = 4096;

    private final LongMap names = new LongMap();
    private final LongMap lastEntry = new LongMap();
    private long[] entryPositions = new long[16];
    private int[] entryBefore = new int[16];
    private int entries;

    private long[] batchPositions = new long[16];
    private long[] batchOffsets = new long[16];
    private int batches;

    private long events;
    private long oldest;
    private long newest;

    /** Notes where a batch begins; in order. */
    void addBatch(long first, long offset, long time) {
        if (batches > 0 && offset < batchOffsets[batches - 1] + SPACING) {
            newest = Math.max(newest, time);
            return;
        }
        if (batches == batchPositions.length) {
            batchPositions = Arrays.copyOf(batchPositions, 2 * batches);
            batchOffsets = Arrays.copyOf(batchOffsets, 2 * batches);
        }
        batchPositions[batches] = first;
        batchOffsets[batches] = offset;
        if (batches++ == 0) {
            oldest = time;
        }
        newest = Math.max(newest, time);
    }

    /** Notes an event; in order. */
    void addEvent(Event event, long position, Hashes hashes) {
        events++;
        for (String topic : event.topics()) {
            if (entries == entryPositions.length) {
                entryPositions = Arrays.copyOf(entryPositions, 2 * entries);
                entryBefore = Arrays.copyOf(entryBefore, 2 * entries);
            }
            long hash = hashes.topic(topic);
            entryPositions[entries] = position;
            entryBefore[entries] = (int) lastEntry.get(hash) - 1;
            lastEntry.put(hash, ++entries);
        }
        String id = event.id();
        if (id != null) {
            name(hashes.id(id), position);
        }
        String key = event.idempotencyKey();
        if (key != null) {
            name(hashes.idempotencyKey(key), position);
        }
    }

    private void name(long hash, long position) {
        if (names.get(hash) == 0) {
            names.put(hash, position);
        }
    }

    @Override
    public long offsetOf(long position) {
        int at = Arrays.binarySearch(batchPositions, 0, batches, position);
        int place = at >= 0 ? at : -at - 2;
        return place < 0 ? Layout.SEGMENT_HEADER : batchOffsets[place];
    }

    @Override
    public long @Nullable [] positions(long topic, long after) {
        int count = 0;
        int last = (int) lastEntry.get(topic) - 1;
        for (int entry = last; entry >= 0 && entryPositions[entry] > after; entry = entryBefore[entry]) {
            if (++count > MOST) {
                return null;
            }
        }
        long[] found = new long[count];
        for (int entry = last; count > 0; entry = entryBefore[entry]) {
            found[--count] = entryPositions[entry];
        }
        return found;
    }

    @Override
    public long find(long name) {
        return names.get(name);
    }

    @Override
    public long events() {
        return events;
    }

    @Override
    public long newest() {
        return newest;
    }

    /** The time of the oldest event, or 0. */
    long oldest() {
        return oldest;
    }

    /** The memory it takes. */
    long bytes() {
        return names.bytes() + lastEntry.bytes() + 12L * entryPositions.length + 16L * batchPositions.length;
    }

    /** Writes it for {@link SealedIndex#open}. */
    void write(Output out, long end) {
        out.putLong(Layout.INDEX_MAGIC);
        out.putLong(Layout.VERSION);
        out.putLong(end);
        out.putLong(events);
        out.putLong(oldest);
        out.putLong(newest);
        long[] topics = lastEntry.sortedKeys();
        long[] hashes = names.sortedKeys();
        out.putInt(batches);
        out.putInt(topics.length);
        out.putInt(hashes.length);
        int sizeOfLists = out.skip(4);
        for (int i = 0; i < batches; i++) {
            out.putLong(batchPositions[i]);
            out.putLong(batchOffsets[i]);
        }
        Output lists = new Output();
        for (long topic : topics) {
            out.putLong(topic);
            out.putInt(lists.size());
            out.putInt(list(topic, lists));
        }
        for (long hash : hashes) {
            out.putLong(hash);
            out.putLong(names.get(hash));
        }
        out.setInt(sizeOfLists, lists.size());
        out.put(lists);
        out.putInt(Layout.checksum(out.buffer(), 0, out.size()));
    }

    /** Writes the positions of a topic, each as the distance from the one before; gives their number. */
    private int list(long topic, Output lists) {
        int count = 0;
        int last = (int) lastEntry.get(topic) - 1;
        for (int entry = last; entry >= 0; entry = entryBefore[entry]) {
            count++;
        }
        long[] positions = new long[count];
        int next = count;
        for (int entry = last; entry >= 0; entry = entryBefore[entry]) {
            positions[--next] = entryPositions[entry];
        }
        long before = 0;
        for (long position : positions) {
            lists.putVarint(position - before);
            before = position;
        }
        return count;
    }
}

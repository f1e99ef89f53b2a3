package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The index of a full segment, in a file that is mapped into memory: what nobody asks for costs none. Immutable,
 * thread-safe.
 *
 * <p>Layout: a header, then the batches noted (position, offset), the topics (hash, offset and length of the list), the
 * names (hash, position), each sorted; the lists of positions, as distances; a checksum of all.
 */
final class SealedIndex implements SegmentIndex {

    private static final int HEADER = 64;
    /** With more than one event in so many, a topic is read with all others. */
    private static final int DENSE = 8;

    private final ByteBuffer bytes;
    private final long end;
    private final long events;
    private final long oldest;
    private final long newest;
    private final int batches;
    private final int topics;
    private final int names;
    private final int topicsAt;
    private final int namesAt;
    private final int listsAt;

    private SealedIndex(ByteBuffer bytes) {
        this.bytes = bytes;
        end = bytes.getLong(16);
        events = bytes.getLong(24);
        oldest = bytes.getLong(32);
        newest = bytes.getLong(40);
        batches = bytes.getInt(48);
        topics = bytes.getInt(52);
        names = bytes.getInt(56);
        topicsAt = HEADER + 16 * batches;
        namesAt = topicsAt + 16 * topics;
        listsAt = namesAt + 16 * names;
    }

    /** Opens an index, or gives null when this is none, or that of a file with another length. */
    static @Nullable SealedIndex open(ByteBuffer bytes, long end) throws IOException {
        if (bytes.limit() < HEADER + 4
                || bytes.getLong(0) != Layout.INDEX_MAGIC
                || bytes.getLong(8) != Layout.VERSION
                || bytes.getLong(16) != end) {
            return null;
        }
        SealedIndex index = new SealedIndex(bytes);
        long size = index.listsAt + (long) bytes.getInt(60) + 4;
        return size == bytes.limit() ? index : null;
    }

    /** Whether all of it is as it was written; reads all of it. */
    boolean checks() {
        int size = bytes.limit() - 4;
        return bytes.getInt(size) == Layout.checksum(bytes, 0, size);
    }

    @Override
    public long offsetOf(long position) {
        int low = 0;
        int high = batches;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (bytes.getLong(HEADER + 16 * middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? Layout.SEGMENT_HEADER : bytes.getLong(HEADER + 16 * (low - 1) + 8);
    }

    @Override
    public long @Nullable [] positions(long topic, long after) {
        int at = search(topicsAt, topics, topic);
        if (at < 0) {
            return new long[0];
        }
        int count = bytes.getInt(at + 12);
        if ((long) count * DENSE > events && count > DENSE) {
            return null;
        }
        ByteBuffer list = bytes.duplicate().position(listsAt + bytes.getInt(at + 8));
        long[] found = new long[count];
        int size = 0;
        long position = 0;
        for (int i = 0; i < count; i++) {
            position += Records.varint(list);
            if (position > after) {
                found[size++] = position;
            }
        }
        return Arrays.copyOf(found, size);
    }

    @Override
    public long find(long name) {
        int at = search(namesAt, names, name);
        return at < 0 ? 0 : bytes.getLong(at + 8);
    }

    /** Where in a table of hashes one is, or -1. Hashes are spread evenly, so a guess lands near. */
    private int search(int table, int count, long hash) {
        int low = 0;
        int high = count - 1;
        long floor = Long.MIN_VALUE;
        long ceiling = Long.MAX_VALUE;
        for (int step = 0; low <= high; step++) {
            double share = step < 4 ? ((double) hash - floor) / ((double) ceiling - floor) : 0.5;
            int guess = low + (int) (share * (high - low));
            int place = Math.max(low, Math.min(high, guess));
            long found = bytes.getLong(table + 16 * place);
            if (found == hash) {
                return table + 16 * place;
            }
            if (found < hash) {
                low = place + 1;
                floor = found;
            } else {
                high = place - 1;
                ceiling = found;
            }
        }
        return -1;
    }

    @Override
    public long events() {
        return events;
    }

    @Override
    public long newest() {
        return newest;
    }

    /** The time of the oldest event. */
    long oldest() {
        return oldest;
    }

    /** Where the last batch ends. */
    long end() {
        return end;
    }
}

package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a segment, one after the other, from an offset on. Not thread-safe.
 *
 * <p>Reads ahead, so that many small batches take one read; memory is bounded by that and by the largest batch.
 */
final class Batches {

    private static final int AHEAD = 128 << 10;

    private final Disk.File file;
    private final String name;
    private final long limit;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;
    private long bytesRead;

    // The batch at hand.
    private long offset;
    private long end;
    private int count;
    private long first;
    private long synced;
    private long time;

    /**
     * @param from the offset of a batch
     * @param limit where the last batch ends
     */
    Batches(Disk.File file, String name, long from, long limit) {
        this.file = file;
        this.name = name;
        this.limit = limit;
        this.end = from;
    }

    /** Goes on at the batch at an offset. */
    void seek(long to) {
        end = to;
    }

    /**
     * Goes to the next batch.
     *
     * @return whether there was one before the limit
     * @throws Damage when what is there is no batch
     */
    boolean next() throws IOException, Damage {
        offset = end;
        if (offset >= limit) {
            return false;
        }
        String wrong = load();
        if (wrong != null) {
            throw new Damage(name, offset, wrong);
        }
        return true;
    }

    /**
     * Goes to the next batch that is whole, wherever it begins at or behind an offset.
     *
     * @return whether there was one before the limit
     */
    boolean find(long from) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(AHEAD);
        for (long at = from; at + Layout.BATCH_HEADER <= limit; at += some.limit() - 3) {
            some.clear();
            file.read(some, at);
            some.flip();
            if (some.limit() < 4) {
                break;
            }
            for (int i = 0; i + 4 <= some.limit(); i++) {
                if (some.getInt(i) == Layout.BATCH_MAGIC) {
                    offset = at + i;
                    if (load() == null) {
                        return true;
                    }
                }
            }
        }
        end = limit;
        return false;
    }

    private @Nullable String load() throws IOException {
        if (!fill(Layout.BATCH_HEADER)) {
            return "the file ends within the header of a batch";
        }
        int at = (int) (offset - windowStart);
        if (window.getInt(at) != Layout.BATCH_MAGIC) {
            return "there is no batch";
        }
        int length = window.getInt(at + Layout.BATCH_LENGTH);
        if (length <= 0 || length > Layout.BATCH_BODY_MOST) {
            return "a batch has the impossible length " + length;
        }
        int whole = Layout.BATCH_HEADER + length;
        if (!fill(whole)) {
            return "the file ends within a batch";
        }
        at = (int) (offset - windowStart);
        if (window.getInt(at + Layout.BATCH_CHECKSUM) != Layout.checksum(window, at + Layout.BATCH_COUNT, at + whole)) {
            return "the checksum of a batch is wrong";
        }
        count = window.getInt(at + Layout.BATCH_COUNT);
        first = window.getLong(at + Layout.BATCH_FIRST);
        synced = window.getLong(at + Layout.BATCH_SYNCED);
        time = window.getLong(at + Layout.BATCH_TIME);
        end = offset + whole;
        return null;
    }

    /** Whether so many bytes behind the offset are there; brings them into the window. */
    private boolean fill(int bytes) throws IOException {
        if (offset + bytes > limit) {
            return false;
        }
        if (offset >= windowStart && offset + bytes <= windowStart + window.limit()) {
            return true;
        }
        int wanted = (int) Math.min(Math.max(bytes, AHEAD), limit - offset);
        if (window.capacity() < wanted || window.capacity() > 4 * Math.max(AHEAD, wanted)) {
            window = ByteBuffer.allocate(wanted);
        }
        window.clear().limit(wanted);
        windowStart = offset;
        int read = file.read(window, offset);
        window.flip();
        bytesRead += read;
        return read >= bytes;
    }

    /** The records of this batch; not to be kept when going to the next one. */
    ByteBuffer body() {
        int at = (int) (offset - windowStart);
        return window.duplicate().limit((int) (end - windowStart)).position(at + Layout.BATCH_HEADER);
    }

    /** The same with its header. */
    ByteBuffer whole() {
        return window.duplicate().limit((int) (end - windowStart)).position((int) (offset - windowStart));
    }

    /** What to throw when a record of this batch cannot be read. */
    Damage unreadable() {
        return new Damage(name, offset, "a batch has a right checksum and holds no events");
    }

    long offset() {
        return offset;
    }

    /** Where the next one begins. */
    long end() {
        return end;
    }

    long first() {
        return first;
    }

    /** The position of the last event. */
    long last() {
        return first + count - 1;
    }

    int count() {
        return count;
    }

    long synced() {
        return synced;
    }

    long time() {
        return time;
    }

    /** How many bytes were read so far. */
    long bytesRead() {
        return bytesRead;
    }
}

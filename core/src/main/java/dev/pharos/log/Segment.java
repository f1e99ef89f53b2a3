package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A file with a part of the log. The fields that change are guarded by the log's lock. */
final class Segment {

    private final long first;
    private final Header header;
    private final Disk.File file;

    private SegmentIndex index;
    /** Where the last batch that is shown ends. */
    private long end;
    /** The position of the last event that is shown; before {@code first} when there is none. */
    private long last;

    private int readers;
    private boolean dropped;

    /**
     * What a segment begins with.
     *
     * @param first the first position
     * @param previous the first position of the segment before, or 0 when there was none
     * @param previousEnd where the last batch of that one ends
     * @param time of its creation
     */
    record Header(long first, long previous, long previousEnd, long time, String epoch) {

        ByteBuffer write() {
            Output out = new Output();
            out.skip(Layout.SEGMENT_HEADER);
            out.setLong(0, Layout.SEGMENT_MAGIC);
            out.setInt(Layout.SEGMENT_VERSION, Layout.VERSION << 24);
            out.setLong(Layout.SEGMENT_FIRST, first);
            out.setLong(Layout.SEGMENT_PREVIOUS, previous);
            out.setLong(Layout.SEGMENT_PREVIOUS_END, previousEnd);
            out.setLong(Layout.SEGMENT_TIME, time);
            ByteBuffer bytes = out.buffer();
            bytes.put(Layout.SEGMENT_EPOCH, epoch.getBytes(StandardCharsets.US_ASCII));
            bytes.putInt(Layout.SEGMENT_CHECKSUM, Layout.checksum(bytes, 0, Layout.SEGMENT_CHECKSUM));
            return bytes;
        }

        static Header read(Disk.File file, String name, long first) throws IOException, Damage {
            ByteBuffer bytes = ByteBuffer.allocate(Layout.SEGMENT_HEADER);
            file.read(bytes, 0);
            if (bytes.hasRemaining()
                    || bytes.getLong(0) != Layout.SEGMENT_MAGIC
                    || bytes.getInt(Layout.SEGMENT_CHECKSUM) != Layout.checksum(bytes, 0, Layout.SEGMENT_CHECKSUM)) {
                throw new Damage(name, 0, "the header of the segment is wrong");
            }
            int version = bytes.get(Layout.SEGMENT_VERSION);
            if (version != Layout.VERSION) {
                throw new LogException(
                        "the segment %s has format %d and this Pharos knows format %d: use a newer Pharos"
                                .formatted(name, version, Layout.VERSION));
            }
            String epoch = new String(
                            bytes.array(), Layout.SEGMENT_EPOCH, Layout.EPOCH_BYTES, StandardCharsets.US_ASCII)
                    .replace("\0", "");
            Header header = new Header(
                    bytes.getLong(Layout.SEGMENT_FIRST),
                    bytes.getLong(Layout.SEGMENT_PREVIOUS),
                    bytes.getLong(Layout.SEGMENT_PREVIOUS_END),
                    bytes.getLong(Layout.SEGMENT_TIME),
                    epoch);
            if (header.first != first) {
                throw new Damage(
                        name, Layout.SEGMENT_FIRST, "the segment says that it begins at position " + header.first);
            }
            return header;
        }
    }

    private Segment(Header header, Disk.File file) {
        this.first = header.first;
        this.header = header;
        this.file = file;
        this.index = new OpenIndex();
        this.end = Layout.SEGMENT_HEADER;
        this.last = first - 1;
    }

    /** Opens a segment whose file is there, without looking at its batches. */
    static Segment open(Disk disk, long first) throws IOException, Damage {
        String name = Layout.name(first) + Layout.SEGMENT;
        Disk.File file = disk.open(name);
        try {
            return new Segment(Header.read(file, name, first), file);
        } catch (Throwable failure) {
            file.close();
            throw failure;
        }
    }

    long first() {
        return first;
    }

    Header header() {
        return header;
    }

    String fileName() {
        return Layout.name(first) + Layout.SEGMENT;
    }

    String indexName() {
        return Layout.name(first) + Layout.INDEX;
    }

    Disk.File file() {
        return file;
    }

    SegmentIndex index() {
        return index;
    }

    long end() {
        return end;
    }

    long last() {
        return last;
    }

    /** The index while this is written to. */
    OpenIndex openIndex() {
        return (OpenIndex) index;
    }

    void useIndex(SegmentIndex better) {
        index = better;
    }

    /** What is shown ends there from now on. */
    void grownTo(long newEnd, long newLast) {
        end = newEnd;
        last = newLast;
    }

    /** Keeps the file open until {@link #unpin}. */
    void pin() {
        readers++;
    }

    void unpin() {
        readers--;
        closeIfUnused();
    }

    /** The file is not needed any more, but by those who read it now. */
    void drop() {
        dropped = true;
        closeIfUnused();
    }

    private void closeIfUnused() {
        if (dropped && readers == 0) {
            try {
                file.close();
            } catch (IOException failure) {
                // Nothing was written through it.
            }
        }
    }

    /** The batches from an offset on, to where what is shown ends now. */
    Batches batches(long offset) {
        return new Batches(file, fileName(), offset, end);
    }
}

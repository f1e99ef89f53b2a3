package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The file with what outlasts the segments it came from: the floors of what was dropped, the newest positions of each
 * topic, and the survivors. Replaced whole, in one step.
 *
 * <p>Layout: magic (8), version (8), length of the tables (8); the tables: the position up to which they count, the first
 * position of the oldest segment, {@link Floors}, {@link Newest}; their checksum (4); a batch for each survivor.
 */
final class KeptFile {

    private static final int FIXED = 24;
    private static final int WRITE_BYTES = 256 << 10;

    private KeptFile() {}

    /**
     * What the tables say, taken at one moment.
     *
     * @param tables as {@link #tables} wrote them
     * @param survivors in order
     */
    record Snapshot(Output tables, List<Entry> survivors) {}

    /**
     * What was read.
     *
     * @param through the newest positions count up to this one
     * @param firstKept segments that begin before it have been dropped
     */
    record Bounds(long through, long firstKept) {}

    static Output tables(Bounds bounds, Floors floors, Newest newest) {
        Output out = new Output();
        out.putVarint(bounds.through);
        out.putVarint(bounds.firstKept);
        floors.write(out);
        newest.write(out);
        return out;
    }

    static void write(Disk disk, Snapshot snapshot) throws IOException {
        String name = Layout.KEPT + Layout.NEW;
        try (Disk.File file = disk.create(name)) {
            file.truncate(0);
            Output out = new Output();
            out.putLong(Layout.KEPT_MAGIC);
            out.putLong(Layout.VERSION);
            out.putLong(snapshot.tables.size());
            out.put(snapshot.tables);
            out.putInt(Layout.checksum(snapshot.tables.buffer(), 0, snapshot.tables.size()));
            long offset = 0;
            BatchWriter batches = new BatchWriter(out);
            for (Entry survivor : snapshot.survivors) {
                batches.begin(survivor.position(), survivor.time(), 0);
                batches.add(survivor.event());
                batches.end();
                if (out.size() >= WRITE_BYTES) {
                    offset = flush(file, out, offset);
                }
            }
            flush(file, out, offset);
            file.sync();
        }
        disk.rename(name, Layout.KEPT);
        disk.sync();
    }

    private static long flush(Disk.File file, Output out, long offset) throws IOException {
        int size = out.size();
        file.write(out.buffer(), offset);
        out.clear();
        return offset + size;
    }

    /** Reads the tables into empty ones, then the survivors. */
    static Bounds read(Disk disk, String epoch, Floors floors, Newest newest, Survivors survivors)
            throws IOException, Damage {
        try (Disk.File file = disk.open(Layout.KEPT)) {
            ByteBuffer fixed = ByteBuffer.allocate(FIXED);
            file.read(fixed, 0);
            long length = fixed.getLong(16);
            if (fixed.hasRemaining()
                    || fixed.getLong(0) != Layout.KEPT_MAGIC
                    || fixed.getLong(8) != Layout.VERSION
                    || length < 0
                    || length > file.length()) {
                throw new Damage(Layout.KEPT, 0, "the header is wrong");
            }
            ByteBuffer tables = ByteBuffer.allocate((int) length + 4);
            file.read(tables, FIXED);
            int end = (int) length;
            if (tables.hasRemaining() || tables.getInt(end) != Layout.checksum(tables, 0, end)) {
                throw new Damage(Layout.KEPT, FIXED, "the checksum is wrong");
            }
            tables.flip();
            Bounds bounds = new Bounds(Records.varint(tables), Records.varint(tables));
            floors.read(tables);
            newest.read(tables);
            Batches batches = new Batches(file, Layout.KEPT, FIXED + length + 4, file.length());
            Records records = new Records();
            while (batches.next()) {
                ByteBuffer body = batches.body();
                Records.length(body);
                survivors.add(new Entry(epoch, batches.first(), batches.time(), records.read(body)));
            }
            return bounds;
        }
    }
}

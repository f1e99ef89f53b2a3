package dev.pharos.log;

/** Puts events together to batches; see {@link Layout}. Not thread-safe. */
final class BatchWriter {

    private final Output out;
    private final Output scratch = new Output();
    private int start = -1;
    private int count;

    BatchWriter(Output out) {
        this.out = out;
    }

    /** Whether a batch has begun and has room for more. */
    boolean hasRoom() {
        return start >= 0 && out.size() - start < Layout.BATCH_BODY;
    }

    void begin(long first, long time, long synced) {
        start = out.skip(Layout.BATCH_HEADER);
        count = 0;
        out.setInt(start, Layout.BATCH_MAGIC);
        out.setLong(start + Layout.BATCH_FIRST, first);
        out.setLong(start + Layout.BATCH_SYNCED, synced);
        out.setLong(start + Layout.BATCH_TIME, time);
    }

    void add(Event event) {
        Records.write(out, scratch, event);
        count++;
    }

    void end() {
        if (start >= 0) {
            out.setInt(start + Layout.BATCH_COUNT, count);
            out.setInt(start + Layout.BATCH_LENGTH, out.size() - start - Layout.BATCH_HEADER);
            out.setInt(
                    start + Layout.BATCH_CHECKSUM,
                    Layout.checksum(out.buffer(), start + Layout.BATCH_COUNT, out.size()));
            start = -1;
        }
    }

    /** Where the batch at hand begins. */
    int start() {
        return start;
    }
}

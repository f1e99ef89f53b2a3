package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** One reading of a part of a segment, off the log's lock. Not thread-safe. */
final class SegmentRead {

    /** What an event costs beyond its bytes. */
    private static final int EVENT_COST = 100;

    private final String epoch;
    private final Batches batches;
    private final LongUnaryOperator offsetOf;
    private final Records records = new Records();
    private long examined;
    private boolean sparse;
    private boolean atEnd;
    private long next;

    /**
     * @param batches of the segment, as far as it is shown
     * @param offsetOf the offset of a batch at or before the one with a position
     */
    SegmentRead(String epoch, Batches batches, LongUnaryOperator offsetOf) {
        this.epoch = epoch;
        this.batches = batches;
        this.offsetOf = offsetOf;
    }

    /**
     * Reads the matching events behind {@code after} up to {@code upTo}.
     *
     * @param wanted the only positions that are of interest, in order, or null for all
     * @param maxBytes how many bytes may be examined
     * @return whether it came to {@code upTo} or the end of the segment, not the end of its bytes
     */
    boolean read(long after, long upTo, Filter filter, long @Nullable [] wanted, long maxBytes, List<Entry> found)
            throws IOException, Damage {
        next = after;
        sparse = wanted != null;
        int want = 0;
        batches.seek(offsetOf.applyAsLong(wanted == null ? after + 1 : wanted[0]));
        while (batches.next()) {
            if (batches.first() > upTo) {
                next = Math.max(next, batches.first() - 1);
                return true;
            }
            if (batches.last() <= next) {
                continue;
            }
            if (wanted != null) {
                while (want < wanted.length && wanted[want] < batches.first()) {
                    want++;
                }
                if (want == wanted.length) {
                    atEnd = true;
                    return true;
                }
                if (wanted[want] > batches.last()) {
                    next = Math.max(next, batches.last());
                    if (examined() >= maxBytes && want > 0) {
                        return false;
                    }
                    long offset = offsetOf.applyAsLong(wanted[want]);
                    if (offset > batches.end()) {
                        batches.seek(offset);
                    }
                    continue;
                }
            }
            try {
                if (!batch(upTo, filter, wanted, want, maxBytes, found)) {
                    return false;
                }
            } catch (RuntimeException unreadable) {
                throw batches.unreadable();
            }
            if (next >= upTo) {
                return true;
            }
        }
        atEnd = true;
        return true;
    }

    private boolean batch(
            long upTo, Filter filter, long @Nullable [] wanted, int firstWanted, long maxBytes, List<Entry> found) {
        ByteBuffer body = batches.body();
        int want = firstWanted;
        for (int i = 0; i < batches.count(); i++) {
            long position = batches.first() + i;
            int length = Records.length(body);
            int end = body.position() + length;
            if (position > upTo) {
                return true;
            }
            boolean skipped = position <= next;
            if (!skipped && wanted != null) {
                while (want < wanted.length && wanted[want] < position) {
                    want++;
                }
                skipped = want == wanted.length || wanted[want] != position;
            }
            if (!skipped) {
                Event event = records.read(body);
                examined += length + EVENT_COST;
                if (filter.matches(event)) {
                    found.add(new Entry(epoch, position, batches.time(), event));
                }
            }
            body.position(end);
            next = Math.max(next, position);
            if (examined >= maxBytes) {
                return false;
            }
        }
        return true;
    }

    /** Everything at or before this has been examined. */
    long next() {
        return next;
    }

    /** Whether nothing of interest follows in the segment. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** How many bytes that took: of events, or of the file where it was read for a few events here and there. */
    long examined() {
        return sparse ? Math.max(examined, batches.bytesRead()) : examined;
    }
}

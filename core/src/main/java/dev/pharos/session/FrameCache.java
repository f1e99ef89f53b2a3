package dev.pharos.session;

import dev.pharos.http.Encoded;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The framings of the runs of bytes that were framed last, so that a run for a thousand sessions is framed once, also when these
 * are not all at the same place.
 *
 * <p>Runs are told apart by identity. What it keeps is bounded in bytes, the runs included. Used on one loop only.
 */
public final class FrameCache {

    private static final int SLOTS = 64;
    private static final int MOST_BYTES_OF_ONE = 256 << 10;
    private static final int MOST_BYTES = 2 << 20;

    private final UnaryOperator<Encoded> framing;
    /** A ring from the oldest to the newest, as are their framings. */
    private final @Nullable Encoded[] runs = new @Nullable Encoded[SLOTS];

    private final @Nullable Encoded[] framed = new @Nullable Encoded[SLOTS];
    private int oldest;
    private int count;
    private int bytes;

    /** A cache of what {@code framing} gives, which depends on the run alone. */
    public FrameCache(UnaryOperator<Encoded> framing) {
        this.framing = framing;
    }

    /** The run in its framing: the same object for the same run, as long as it is kept. */
    public Encoded frame(Encoded run) {
        int slot = find(run);
        if (slot >= 0) {
            return Objects.requireNonNull(framed[slot]);
        }
        Encoded made = framing.apply(run);
        keep(run, made);
        return made;
    }

    /** The run framed once more, for framings that differ each time; from here on it is this one that is kept. */
    Encoded frameAgain(Encoded run) {
        Encoded made = framing.apply(run);
        int slot = find(run);
        if (slot < 0) {
            keep(run, made);
        } else {
            bytes += made.length() - Objects.requireNonNull(framed[slot]).length();
            framed[slot] = made;
        }
        return made;
    }

    /** The slot of a run, or -1. */
    private int find(Encoded run) {
        for (int i = count - 1; i >= 0; i--) {
            int slot = (oldest + i) & (SLOTS - 1);
            if (runs[slot] == run) {
                return slot;
            }
        }
        return -1;
    }

    private void keep(Encoded run, Encoded made) {
        int size = run.length() + made.length();
        if (size <= MOST_BYTES_OF_ONE) {
            while (count == SLOTS || bytes + size > MOST_BYTES) {
                dropOldest();
            }
            int slot = (oldest + count) & (SLOTS - 1);
            runs[slot] = run;
            framed[slot] = made;
            count++;
            bytes += size;
        }
    }

    private void dropOldest() {
        bytes -= Objects.requireNonNull(runs[oldest]).length()
                + Objects.requireNonNull(framed[oldest]).length();
        runs[oldest] = null;
        framed[oldest] = null;
        oldest = (oldest + 1) & (SLOTS - 1);
        count--;
    }

    /** The bytes that are kept. */
    int bytes() {
        return bytes;
    }
}

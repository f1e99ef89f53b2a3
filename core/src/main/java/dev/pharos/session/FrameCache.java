package dev.pharos.session;

import dev.pharos.http.Encoded;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The framings of the runs of bytes that were framed last, so that a run for a thousand sessions is framed once.
 *
 * <p>Runs are told apart by identity. It keeps a few, of bounded size. Used on one loop only.
 */
public final class FrameCache {

    private static final int SLOTS = 8;
    private static final int MOST_BYTES = 64 << 10;

    private final UnaryOperator<Encoded> framing;
    private final @Nullable Encoded[] runs = new @Nullable Encoded[SLOTS];
    private final @Nullable Encoded[] framed = new @Nullable Encoded[SLOTS];
    private int newest;

    /** A cache of what {@code framing} gives, which depends on the run alone. */
    public FrameCache(UnaryOperator<Encoded> framing) {
        this.framing = framing;
    }

    /** The run in its framing: the same object for the same run, as long as it is kept. */
    public Encoded frame(Encoded run) {
        for (int i = 0; i < SLOTS; i++) {
            int slot = (newest - i) & (SLOTS - 1);
            Encoded known = framed[slot];
            if (runs[slot] == run && known != null) {
                return known;
            }
        }
        Encoded made = framing.apply(run);
        if (made.length() <= MOST_BYTES) {
            newest = (newest + 1) & (SLOTS - 1);
            runs[newest] = run;
            framed[newest] = made;
        }
        return made;
    }
}

package dev.pharos.session;

import dev.pharos.http.Encoded;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a duplex session sent last and its peer may not have got: framed runs in order, bounded in bytes.
 *
 * <p>Beyond the bound the oldest are forgotten; a peer that comes back for them cannot go on.
 */
final class SentWindow {

    /** The id before everything. */
    static final String START = "0";

    private final int most;
    private final ArrayDeque<Encoded> runs = new ArrayDeque<>(2);
    private int bytes;
    private long newest;
    /** The id that everything here is behind; null when that is not known. */
    private @Nullable String behind = START;

    SentWindow(int most) {
        this.most = most;
    }

    /** The number of the framing that was added last: the next must have a greater one. */
    long newest() {
        return newest;
    }

    void add(Encoded framed) {
        newest = DuplexFraming.number(framed);
        runs.add(framed);
        bytes += framed.length();
        while (bytes > most && runs.size() > 1) {
            bytes -= runs.remove().length();
            behind = null;
        }
    }

    /**
     * The peer has got everything up to this id; what is behind it stays.
     *
     * @param id the last it got
     * @return false, and nothing changes, if it is not known what is behind it
     */
    boolean isTakenUpTo(String id) {
        if (id.equals(behind)) {
            return true;
        }
        int before = 0;
        for (Encoded run : runs) {
            int part = DuplexFraming.part(run, id);
            if (part >= 0) {
                drop(before, part + 1);
                behind = id;
                return true;
            }
            before++;
        }
        return false;
    }

    private void drop(int whole, int parts) {
        for (int i = 0; i < whole; i++) {
            bytes -= runs.remove().length();
        }
        Encoded first = runs.remove();
        bytes -= first.length();
        if (parts < first.parts()) {
            Encoded rest = first.slice(parts, first.parts());
            runs.addFirst(rest);
            bytes += rest.length();
        }
    }

    /** What is here, oldest first. */
    Iterable<Encoded> runs() {
        return runs;
    }

    int bytes() {
        return bytes;
    }
}

package dev.pharos.log;

import java.util.ArrayList;
import java.util.List;

/**
 * What a segment log knows of itself apart from its events. Immutable.
 *
 * @param epoch of the log
 * @param seed of its {@link Hashes}
 * @param reserved positions up to this one may have been given to events
 * @param end the end of the log when it was closed, or -1 while it is written: what is behind it then is not known
 * @param lax whether events may have been acknowledged since that were not durable
 * @param lostTo events of any topic up to this position may have been lost in a crash or a repair; 0 for none
 * @param holes where no events are because of that, in order
 */
record Head(String epoch, long seed, long reserved, long end, boolean lax, long lostTo, List<Hole> holes) {

    /** More are not remembered; of the oldest two become one, with what is between. */
    private static final int MOST_HOLES = 100;

    /**
     * Positions that will never have an event.
     *
     * @param first the first of them
     * @param last the last of them
     */
    record Hole(long first, long last) {}

    Head {
        holes = List.copyOf(holes);
    }

    static Head create(String epoch, long seed) {
        return new Head(epoch, seed, 0, 0, false, 0, List.of());
    }

    boolean isClean() {
        return end >= 0;
    }

    /** The log begins to be written: positions up to {@code reservedTo} may be given from now on. */
    Head written(long reservedTo, boolean nowLax) {
        return new Head(epoch, seed, reservedTo, -1, nowLax, lostTo, holes);
    }

    /** The log is closed with this end; positions up to {@code given} may have been given to events that failed. */
    Head closed(long logEnd, long given) {
        return new Head(epoch, seed, Math.max(logEnd, given), logEnd, false, lostTo, holes);
    }

    /** Positions turn out to have no events; with {@code lost}, they may have had some that readers should have got. */
    Head withHole(long first, long last, boolean lost) {
        List<Hole> more = new ArrayList<>(holes);
        more.add(new Hole(first, last));
        more.sort((a, b) -> Long.compare(a.first, b.first));
        while (more.size() > MOST_HOLES) {
            Hole eldest = more.removeFirst();
            more.set(0, new Hole(eldest.first, more.getFirst().last));
        }
        return new Head(epoch, seed, reserved, end, lax, lost ? Math.max(lostTo, last) : lostTo, more);
    }
}

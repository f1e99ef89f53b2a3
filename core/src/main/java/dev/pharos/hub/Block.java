package dev.pharos.hub;

import java.util.List;

/**
 * A piece of history as one audience sees it: what matches behind {@code after}, up to {@code next}. Immutable, shared.
 *
 * @param floor the last dropped position that could have matched, as of the reading, or 0
 * @param atEnd whether the log ended at {@code next} when this was read, so that reading again may give more
 * @param weight an estimate of its memory in bytes
 */
record Block(long after, long next, long floor, List<TapeEvent> events, boolean atEnd, int weight) {

    /** The events behind a position. */
    List<TapeEvent> behind(long position) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).position() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? events : events.subList(low, events.size());
    }
}

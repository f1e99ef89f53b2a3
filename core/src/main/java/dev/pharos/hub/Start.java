package dev.pharos.hub;

import dev.pharos.log.Event;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription begins.
 *
 * @param cursor a cursor, a publisher's id or {@link #EARLIEST}; null or empty for none
 * @param last how many of the newest matching events to begin with when the cursor says nothing or is of no use; 0 for
 *     none
 * @param count whether {@link Notice#replayed} is wanted, which costs reading the history once more
 */
public record Start(@Nullable String cursor, int last, boolean count) {

    /** From the oldest event kept. */
    public static final String EARLIEST = Event.EARLIEST_ID;
    /** From now on. */
    public static final Start LIVE = new Start(null, 0, false);

    /** Checks its parts. */
    public Start {
        if (last < 0) {
            throw new IllegalArgumentException("last is a number of events from 0, got " + last);
        }
    }

    /** From behind a cursor, or {@link #EARLIEST}. */
    public static Start after(String cursor) {
        return new Start(cursor, 0, false);
    }

    /** Whether it asks for nothing of the history. */
    public boolean isLive() {
        return (cursor == null || cursor.isEmpty()) && last == 0;
    }
}

package dev.pharos.hub;

import dev.pharos.log.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * What the hub tells a reader about its own stream: how it began, or that events were lost.
 *
 * @param from the cursor the stream continues from; its place is in the order of events
 * @param replayed how many events of history follow, or -1 when they were not counted: too many, or conflated
 * @param reason why events were lost, or null
 */
public record Notice(
        State state, Cursor from, long replayed, @Nullable String reason) {

    /** The outcome of beginning or resuming. */
    public enum State {
        /** From the end of the log: the reader brought no cursor. */
        LIVE,
        /** From the reader's cursor, nothing missing. */
        RESUMED,
        /** Events that the reader could have matched are missing before {@link Notice#from}. */
        LOST;

        /** The word on the wire. */
        public String word() {
            return switch (this) {
                case LIVE -> "live";
                case RESUMED -> "resumed";
                case LOST -> "lost";
            };
        }
    }
}

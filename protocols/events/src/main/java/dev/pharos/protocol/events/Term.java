package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Permit;

/** The end of a connection whose permit ends, in milliseconds of the hub's scheduler. */
final class Term {

    /** There is no end. */
    static final long NEVER = Permit.NEVER;

    /** Timers may be so late, and nobody may be served beyond the end of a permit. */
    private static final long EARLY_MILLIS = 400;

    private Term() {}

    /** When the permit of a caller ends. */
    static long of(Context context, Caller caller) {
        long remaining = context.access().remainingMillis(caller.permit());
        return remaining == Permit.NEVER ? NEVER : now(context) + remaining;
    }

    /** The lesser of a delay and what is left of a term. */
    static long cut(Context context, long term, long delay) {
        return term == NEVER ? delay : Math.clamp(term - EARLY_MILLIS - now(context), 0, delay);
    }

    /** Whether a term is over, or would be before a timer told. */
    static boolean isOver(Context context, long term) {
        return term != NEVER && now(context) + 2 * EARLY_MILLIS >= term;
    }

    private static long now(Context context) {
        return Math.floorDiv(context.hub().scheduler().nanoTime(), 1_000_000L);
    }
}

package dev.pharos.hub;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens at a time on a {@link Lane}: its own node in the lane's {@link TimerWheel}, so that a connection
 * needs no timer object beside itself. Used on the lane's thread only.
 */
public abstract class Timed {

    @Nullable
    Timed previous;

    @Nullable
    Timed next;
    /** The tick it is due at; meaningless while it is in no wheel. */
    long dueTick;
    /** The slot of the wheel it is in, or -1. */
    int slot = -1;

    /** For subclasses. */
    protected Timed() {}

    /** The time has come. It is in no wheel now and may be scheduled again. */
    protected abstract void onDue();
}

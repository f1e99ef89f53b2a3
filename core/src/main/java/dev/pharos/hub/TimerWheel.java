package dev.pharos.hub;

import org.jspecify.annotations.Nullable;

/**
 * A hashed wheel of intrusive timers (Varghese and Lauck, scheme 6): constant cost to schedule and cancel, no allocation.
 *
 * <p>Not thread-safe. A timer is never early and at most two ticks late, if {@link #advance} is called each tick.
 */
final class TimerWheel {

    private static final System.Logger LOG = System.getLogger(TimerWheel.class.getName());

    static final long TICK_MILLIS = 100;

    private static final long MOST_MILLIS = 1L << 50;
    private static final int SLOTS = 512;
    /** One more slot, for those whose time has come while they wait for their turn: they can still be cancelled. */
    private static final int DUE = SLOTS;

    private final @Nullable Timed[] slots = new @Nullable Timed[SLOTS + 1];
    private long now = Long.MIN_VALUE;
    private int size;

    /**
     * Schedules a timer, which must not be in a wheel.
     *
     * @param tick the tick of this moment, which the wheel may not have come to yet
     */
    void schedule(Timed timer, long delayMillis, long tick) {
        if (size == 0) {
            now = Math.max(now, tick);
        }
        // Some of this tick has passed already: one more makes sure that it is not early.
        timer.dueTick = tick + 1 + Math.ceilDiv(Math.clamp(delayMillis, 0, MOST_MILLIS), TICK_MILLIS);
        link(timer, slot(timer.dueTick));
    }

    /** Takes a timer out; one that is in no wheel stays so. */
    void cancel(Timed timer) {
        if (timer.slot >= 0) {
            unlink(timer);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Moves on to a tick and runs what is due; what a timer throws is logged and harms no other. */
    void advance(long tick) {
        // After a long pause each slot is visited once; what is in it is judged by its due tick.
        now = Math.max(now, tick - SLOTS);
        while (now < tick) {
            now++;
            collect(slot(now), tick);
            for (Timed timer = slots[DUE]; timer != null; timer = slots[DUE]) {
                unlink(timer);
                try {
                    timer.onDue();
                } catch (RuntimeException | Error broken) {
                    LOG.log(System.Logger.Level.ERROR, "a timer failed: " + timer, broken);
                }
            }
        }
    }

    private void collect(int slot, long tick) {
        for (Timed timer = slots[slot]; timer != null; ) {
            Timed following = timer.next;
            if (timer.dueTick <= tick) {
                unlink(timer);
                link(timer, DUE);
            }
            timer = following;
        }
    }

    private void link(Timed timer, int slot) {
        Timed first = slots[slot];
        if (first != null) {
            first.previous = timer;
        }
        timer.next = first;
        timer.slot = slot;
        slots[slot] = timer;
        size++;
    }

    private void unlink(Timed timer) {
        Timed previous = timer.previous;
        Timed next = timer.next;
        if (previous == null) {
            slots[timer.slot] = next;
        } else {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        timer.previous = null;
        timer.next = null;
        timer.slot = -1;
        size--;
    }

    private static int slot(long tick) {
        return (int) tick & (SLOTS - 1);
    }
}

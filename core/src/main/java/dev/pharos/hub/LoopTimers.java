package dev.pharos.hub;

import dev.pharos.http.EventLoop;

/**
 * The timers of one event loop: a wheel that turns while a timer is in it.
 *
 * <p>Used on the loop's thread only. What is scheduled when the loop has ended never becomes due.
 */
public final class LoopTimers {

    private final EventLoop loop;
    private final Scheduler scheduler;
    private final TimerWheel wheel = new TimerWheel();
    private final Runnable onTick = this::onTick;
    private boolean ticking;

    /** No timers yet. */
    public LoopTimers(EventLoop loop, Scheduler scheduler) {
        this.loop = loop;
        this.scheduler = scheduler;
    }

    /** Schedules a timer that is in no wheel. */
    public void schedule(Timed timer, long delayMillis) {
        wheel.schedule(timer, delayMillis, now());
        turn();
    }

    /** Cancels a timer; one that is not scheduled stays so. */
    public void cancel(Timed timer) {
        wheel.cancel(timer);
    }

    /** The time in nanoseconds from an arbitrary origin; never goes back. */
    public long nanoTime() {
        return scheduler.nanoTime();
    }

    /** Whether no timer is scheduled. */
    public boolean isEmpty() {
        return wheel.isEmpty();
    }

    private void turn() {
        if (!ticking) {
            ticking = true;
            scheduler.schedule(TimerWheel.TICK_MILLIS, onTick);
        }
    }

    private void onTick() {
        if (!loop.tell(this::tick)) {
            ticking = true; // with the loop, all that its timers were for has ended
        }
    }

    private void tick() {
        ticking = false;
        wheel.advance(now());
        if (!wheel.isEmpty()) {
            turn();
        }
    }

    private long now() {
        return Math.floorDiv(scheduler.nanoTime(), TimerWheel.TICK_MILLIS * 1_000_000);
    }
}

package dev.pharos.hub;

import dev.pharos.http.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One event loop's part of the hub: its audiences, their subscriptions and their timers. Single-threaded, so that none of
 * these needs a lock.
 *
 * <p>The tape hands events over into the inbox, bounded in bytes, and wakes the lane; a pass then takes all that has piled
 * up. Whatever piles up while a pass runs is the next pass: nothing ever waits for a batch to fill.
 */
public final class Lane {

    private static final int INBOX_BYTES = 8 << 20;
    private static final int WINDOWS_BYTES = 16 << 20;

    private final Hub hub;
    private final EventLoop loop;
    private final Map<Interest, Audience> audiences = new HashMap<>();
    private final TimerWheel wheel = new TimerWheel();
    private boolean ticking;
    private long examined;
    private long windowBytes;
    private final Counters counters = new Counters();

    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile long scheduledAt;
    private final ReentrantLock inboxLock = new ReentrantLock();
    private Inbox inbox = new Inbox();
    private Inbox drained = new Inbox();

    /** Events and whom they are for, in order. */
    private static final class Inbox {
        private final ArrayList<Audience> audiences = new ArrayList<>();
        private final ArrayList<TapeEvent> events = new ArrayList<>();
        private final Map<Audience, Long> overruns = new HashMap<>(0);
        private int bytes;

        void clear() {
            audiences.clear();
            events.clear();
            overruns.clear();
            bytes = 0;
        }
    }

    Lane(Hub hub, EventLoop loop) {
        this.hub = hub;
        this.loop = loop;
    }

    /** The loop this lane runs on. */
    public EventLoop loop() {
        return loop;
    }

    Hub hub() {
        return hub;
    }

    Counters counters() {
        return counters;
    }

    /** Schedules a timer that is in no wheel; on the lane's thread. */
    public void schedule(Timed timer, long delayMillis) {
        if (wheel.isEmpty()) {
            wheel.reset(now());
        }
        wheel.schedule(timer, delayMillis);
        if (!ticking) {
            ticking = true;
            hub.scheduler().schedule(TimerWheel.TICK_MILLIS, this::onTick);
        }
    }

    /** Cancels a timer; one that is not scheduled stays so. On the lane's thread. */
    public void cancel(Timed timer) {
        wheel.cancel(timer);
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    Subscription subscribe(Interest interest, Subscription.Listener listener) {
        Audience audience = audiences.get(interest);
        if (audience == null) {
            audience = new Audience(this, interest);
            audiences.put(interest, audience);
            audience.startAt(hub.tape().add(audience));
        }
        Subscription subscription = new Subscription(audience, listener);
        audience.join(subscription);
        return subscription;
    }

    void leave(Audience audience, Subscription subscription) {
        hub.left();
        if (audience.leave(subscription)) {
            audience.overrun(0);
            audiences.remove(audience.interest());
            hub.tape().remove(audience);
        }
    }

    /** Every event up to this position has reached the audiences of this lane. */
    long examined() {
        return examined;
    }

    /** Hands an event over; called by the tape, in order. */
    void offer(Audience audience, TapeEvent event) {
        inboxLock.lock();
        try {
            if (inbox.bytes > INBOX_BYTES) {
                inbox.overruns.put(audience, event.position());
            } else {
                inbox.audiences.add(audience);
                inbox.events.add(event);
                inbox.bytes += Block.weight(event);
            }
        } finally {
            inboxLock.unlock();
        }
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            scheduledAt = hub.scheduler().nanoTime();
            try {
                loop.execute(this::wakened);
            } catch (RejectedExecutionException closing) {
                // The loop has ended, and with it every connection of this lane.
                scheduled.set(true);
            }
        }
    }

    private void wakened() {
        counters.delay(hub.scheduler().nanoTime() - scheduledAt);
        scheduled.set(false);
        pass();
    }

    /**
     * Takes what the tape handed over and gives it to the audiences. On the lane's thread. The lane does this by itself; a
     * caller gets the newest {@link Subscription#cursor} behind it.
     */
    public void pass() {
        long tail = hub.tape().tail();
        Inbox taken;
        inboxLock.lock();
        try {
            taken = inbox;
            inbox = drained;
            drained = taken;
        } finally {
            inboxLock.unlock();
        }
        List<Audience> dirty = new ArrayList<>();
        for (int i = 0; i < taken.events.size(); i++) {
            Audience audience = taken.audiences.get(i);
            audience.append(taken.events.get(i));
            if (!audience.dirty) {
                audience.dirty = true;
                dirty.add(audience);
            }
        }
        taken.overruns.forEach((audience, position) -> {
            audience.overrun(position);
            if (!audience.dirty) {
                audience.dirty = true;
                dirty.add(audience);
            }
        });
        taken.clear();
        examined = Math.max(examined, tail);
        for (Audience audience : dirty) {
            audience.deliver();
        }
    }

    void drain() {
        for (Audience audience : List.copyOf(audiences.values())) {
            audience.drain();
        }
    }

    void windowBytes(int change) {
        windowBytes += change;
    }

    boolean windowsAreFull() {
        return windowBytes > WINDOWS_BYTES;
    }

    void delivered(int events, int bytes) {
        counters.delivered(events, bytes);
    }

    void lost() {
        counters.lost++;
    }

    void lagging(int change) {
        counters.lagging += change;
    }

    private void onTick() {
        try {
            loop.execute(this::tick);
        } catch (RejectedExecutionException closing) {
            ticking = true; // the loop has ended, and with it every timer of this lane
        }
    }

    private void tick() {
        ticking = false;
        wheel.advance(now());
        if (!wheel.isEmpty() && !ticking) {
            ticking = true;
            hub.scheduler().schedule(TimerWheel.TICK_MILLIS, this::onTick);
        }
    }

    private long now() {
        return hub.scheduler().nanoTime() / (TimerWheel.TICK_MILLIS * 1_000_000);
    }
}

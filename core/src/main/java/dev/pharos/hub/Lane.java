package dev.pharos.hub;

import dev.pharos.http.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of the hub: its audiences, their subscriptions and their timers. Single-threaded, so that none of
 * these needs a lock.
 *
 * <p>The tape hands events over into the inbox, bounded in bytes, and wakes the lane; a pass then takes all that has piled
 * up. Whatever piles up while a pass runs is the next pass: nothing ever waits for a batch to fill.
 */
public final class Lane {

    private static final System.Logger LOG = System.getLogger(Lane.class.getName());

    /** What it weighs that an event in the inbox is for one more audience. */
    private static final int REFERENCE_BYTES = 32;

    private final Hub hub;
    private final EventLoop loop;
    private final Map<Interest, Audience> audiences = new HashMap<>();
    private final CatchUp catchUp = new CatchUp(this);
    private final Turns turns = new Turns(this);
    private final HeldBlocks held;
    private final LoopTimers timers;
    private long examined;
    private long windowBytes;
    private boolean passing;
    private final ArrayList<Audience> dirty = new ArrayList<>();
    private final Counters counters = new Counters();

    private final Runnable wake = this::wakened;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile long scheduledAt;
    private final ReentrantLock inboxLock;
    private ArrayList<Runnable> settled = new ArrayList<>();
    private ArrayList<Runnable> settling = new ArrayList<>();
    private boolean ended;
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
        this.held = new HeldBlocks(hub.bounds().heldBytes());
        this.timers = new LoopTimers(loop, hub.scheduler());
        this.inboxLock = hub.newLock();
    }

    /** The loop this lane runs on. */
    public EventLoop loop() {
        return loop;
    }

    Hub hub() {
        return hub;
    }

    EngineBounds bounds() {
        return hub.bounds();
    }

    Turns turns() {
        return turns;
    }

    CatchUp catchUp() {
        return catchUp;
    }

    HeldBlocks held() {
        return held;
    }

    Counters counters() {
        return counters;
    }

    /** Schedules a timer that is in no wheel; on the lane's thread. */
    public void schedule(Timed timer, long delayMillis) {
        timers.schedule(timer, delayMillis);
    }

    /** Cancels a timer; one that is not scheduled stays so. On the lane's thread. */
    public void cancel(Timed timer) {
        timers.cancel(timer);
    }

    /** Runs a task on the lane's thread; nothing happens when the loop has ended, and with it every connection. */
    void execute(Runnable task) {
        loop.tell(task);
    }

    /** The same when everything else has had its turn; on the lane's thread. */
    void executeLast(Runnable task) {
        try {
            loop.executeLast(task);
        } catch (RejectedExecutionException ended) {
            LOG.log(System.Logger.Level.DEBUG, "a task came too late for its loop", ended);
        }
    }

    /** Opens a subscription; null when it has more patterns than there is room for. */
    @Nullable
    Subscription subscribe(Interest interest, Subscription.Listener listener) {
        Audience audience = audiences.get(interest);
        if (audience == null) {
            audience = new Audience(this, interest);
            long from = hub.tape().add(audience);
            if (from < 0) {
                return null;
            }
            audiences.put(interest, audience);
            audience.startAt(from);
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
            if (inbox.bytes > bounds().inboxBytes()) {
                inbox.overruns.put(audience, event.position());
            } else {
                boolean known = !inbox.events.isEmpty() && inbox.events.getLast() == event;
                inbox.audiences.add(audience);
                inbox.events.add(event);
                inbox.bytes += REFERENCE_BYTES + (known ? 0 : event.weight());
            }
        } finally {
            inboxLock.unlock();
        }
        wakeUp();
    }

    /**
     * Runs a task on the lane's thread when the lane wakes: what a log answers together takes one wake-up together, with the
     * events it brings. Called by any thread; nothing happens when the loop has ended.
     */
    public void settle(Runnable task) {
        inboxLock.lock();
        try {
            if (ended) {
                return;
            }
            settled.add(task);
        } finally {
            inboxLock.unlock();
        }
        wakeUp();
    }

    private void wakeUp() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            scheduledAt = hub.scheduler().nanoTime();
            if (!hub.tape().holds(this)) {
                submit();
            }
        }
    }

    /** Of {@link Tape}: wakes the lane now. */
    void submit() {
        if (!loop.tell(wake)) {
            // The loop has ended, and with it every connection of this lane: it stays scheduled.
            inboxLock.lock();
            try {
                ended = true;
                settled.clear();
            } finally {
                inboxLock.unlock();
            }
        }
    }

    private void wakened() {
        long now = hub.scheduler().nanoTime();
        counters.delay(now - scheduledAt, now);
        scheduled.set(false);
        runSettled();
        pass();
    }

    private void runSettled() {
        inboxLock.lock();
        try {
            if (settled.isEmpty()) {
                return;
            }
            ArrayList<Runnable> taken = settled;
            settled = settling;
            settling = taken;
        } finally {
            inboxLock.unlock();
        }
        for (int i = 0; i < settling.size(); i++) {
            try {
                settling.get(i).run();
            } catch (RuntimeException | Error broken) {
                LOG.log(System.Logger.Level.ERROR, "a task of a lane failed", broken);
            }
        }
        settling.clear();
    }

    /**
     * Takes what the tape handed over and gives it to the audiences. On the lane's thread. The lane does this by itself; a
     * caller gets the newest {@link Subscription#cursor} behind it. From within a pass it does nothing.
     */
    public void pass() {
        if (passing) {
            return;
        }
        passing = true;
        int delivered = 0;
        try {
            long tail = hub.tape().tail();
            Inbox taken = swapInbox();
            for (int i = 0; i < taken.events.size(); i++) {
                Audience audience = taken.audiences.get(i);
                mark(audience);
                audience.append(taken.events.get(i));
            }
            if (!taken.overruns.isEmpty()) {
                taken.overruns.forEach((audience, position) -> {
                    mark(audience);
                    audience.overrun(position);
                    counters.overruns++;
                });
            }
            taken.clear();
            examined = Math.max(examined, tail);
            for (; delivered < dirty.size(); delivered++) {
                dirty.get(delivered).deliver();
            }
        } finally {
            for (; delivered < dirty.size(); delivered++) {
                dirty.get(delivered).dirty = false;
            }
            dirty.clear();
            passing = false;
        }
    }

    private Inbox swapInbox() {
        inboxLock.lock();
        try {
            Inbox taken = inbox;
            inbox = drained;
            drained = taken;
            return taken;
        } finally {
            inboxLock.unlock();
        }
    }

    private void mark(Audience audience) {
        if (!audience.dirty) {
            audience.dirty = true;
            audience.begin(examined);
            dirty.add(audience);
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

    /** What the windows and runs of all audiences hold. */
    long windowBytes() {
        return windowBytes;
    }

    boolean windowsAreFull() {
        return windowBytes > bounds().laneBytes();
    }

    void delivered(int events, int bytes) {
        counters.delivered(events, bytes);
    }

    void lost() {
        counters.lost++;
    }

    void slid() {
        counters.slides++;
    }

    void lagging(int change) {
        counters.lagging += change;
    }

    /** Whether nobody is here and nothing is held for anybody. On the lane's thread, behind a pass. */
    boolean isQuiet() {
        return audiences.isEmpty()
                && windowBytes == 0
                && held.bytes() == 0
                && catchUp.isEmpty()
                && turns.isEmpty()
                && counters.lagging == 0
                && timers.isEmpty();
    }
}

package dev.pharos.hub;

import dev.pharos.http.Encoded;
import dev.pharos.log.Cursor;
import dev.pharos.log.LogException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A subscription for a thread that waits for it, a virtual one say.
 *
 * <pre>{@code
 * try (BlockingReader reader = hub.reader(interest, Start.after(cursor))) {
 *     while (true) {
 *         Encoded events = reader.take(Duration.ofSeconds(15));
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe, but two that take share the events. There is no queue: a run is fetched when it is asked for, so a reader
 * that takes nothing holds nothing but its place, and a conflating one gets what is newest when it takes.
 */
public final class BlockingReader implements AutoCloseable {

    private static final int RUN_BYTES = 64 << 10;

    private final Hub hub;
    private final ReaderLoop loop;
    private final Listener listener = new Listener();
    /** On the loop only. */
    private @Nullable Subscription subscription;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All below is guarded by the lock.
    private int takers;
    /** How often the loop has been asked for a run, and up to which of these it has answered. */
    private long asked;

    private long answered;
    private @Nullable Encoded run;
    private long runTo;
    private @Nullable Notice outcome;
    private long position;
    private boolean lost;
    private @Nullable RuntimeException end;

    BlockingReader(Hub hub, ReaderLoop loop, Interest interest, Start start) {
        this.hub = hub;
        this.loop = loop;
        submit(() -> begin(interest, start));
    }

    /**
     * The next events, up to about 64 KB of them, as soon as there is one.
     *
     * <p>Where events were lost, what the format says of a loss comes as a run of its own.
     *
     * @param timeout how long to wait; with zero, what there is now
     * @return null when there was nothing in that time
     * @throws ReaderEndedException when the reader was closed, also by another thread meanwhile, or the hub is overloaded
     *     or stopping
     * @throws LogException when the history cannot be read; the reader has ended
     * @throws InterruptedException when the thread was interrupted while it waited; the reader goes on
     */
    public @Nullable Encoded take(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        takers++;
        try {
            long nanos = nanos(timeout);
            long mine = ask();
            while (run == null && end == null) {
                if (answered < mine) {
                    changed.await();
                } else if (nanos > 0) {
                    nanos = changed.awaitNanos(nanos);
                } else {
                    return null;
                }
            }
            Encoded taken = run;
            if (taken == null) {
                throw ended();
            }
            run = null;
            position = runTo;
            if (takers > 1) {
                ask();
            }
            return taken;
        } finally {
            takers--;
            lock.unlock();
        }
    }

    /** How the reader began, or null as long as that is being found out. */
    public @Nullable Notice outcome() {
        lock.lock();
        try {
            return outcome;
        } finally {
            lock.unlock();
        }
    }

    /** Everything at or before this has been taken or does not match; null as long as there is no {@link #outcome}. */
    public @Nullable Cursor cursor() {
        lock.lock();
        try {
            return outcome == null ? null : hub.cursor(position);
        } finally {
            lock.unlock();
        }
    }

    /** Whether events were lost, at the start or since. */
    public boolean hasLost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the reader, and every {@link #take} that waits. From any thread; idempotent. */
    @Override
    public void close() {
        end(new ReaderEndedException("the reader is closed"), true);
        submit(this::leave);
    }

    /** Asks for a run, unless there is one; gives the number of the question. */
    private long ask() {
        if (run == null && end == null) {
            asked++;
            submit(this::fetch);
        }
        return asked;
    }

    private void submit(Runnable task) {
        if (!loop.tell(task)) {
            end(new ReaderEndedException("the hub is closed"), false);
        }
    }

    private void begin(Interest interest, Start start) {
        if (isEnded()) {
            return;
        }
        Subscription opened = hub.subscribe(loop, interest, start, listener);
        if (opened == null) {
            end(
                    new ReaderEndedException(
                            hub.isDraining() ? "the hub is stopping" : "the hub has as many readers as it takes"),
                    false);
        } else {
            subscription = opened;
        }
    }

    private void leave() {
        Subscription open = subscription;
        if (open != null) {
            open.close();
        }
    }

    /** On the loop: brings the cursor up to date, and a run if somebody waits for one. */
    private void fetch() {
        hub.lane(loop).pass();
        give();
    }

    private void give() {
        lock.lock();
        try {
            Subscription from = subscription;
            if (from != null && takers > 0 && run == null && end == null) {
                Encoded polled = from.poll(RUN_BYTES);
                if (polled != null) {
                    run = polled;
                    runTo = from.position();
                } else {
                    position = Math.max(position, from.position());
                }
                lost |= from.hasLost();
            }
        } catch (RuntimeException broken) {
            end(broken, false);
            submit(this::leave);
        } finally {
            answered = asked;
            changed.signalAll();
            lock.unlock();
        }
    }

    private boolean isEnded() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    private void end(RuntimeException why, boolean atOnce) {
        lock.lock();
        try {
            if (end == null) {
                end = why;
            }
            if (atOnce) {
                run = null;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What to throw; in the thread that takes, so that its stack is the one that is shown. */
    private RuntimeException ended() {
        RuntimeException why = Objects.requireNonNull(end);
        String message = String.valueOf(why.getMessage());
        return switch (why) {
            case ReaderEndedException known -> new ReaderEndedException(message);
            case LogException unreadable -> new LogException(message, unreadable);
            default -> new IllegalStateException(message, why);
        };
    }

    private static long nanos(Duration timeout) {
        return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
    }

    /** On the loop. */
    private final class Listener implements Subscription.Listener {

        @Override
        public void onOpen(Notice notice) {
            lock.lock();
            try {
                outcome = notice;
                position = notice.from().position();
                lost = notice.state() == Notice.State.LOST;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onReady() {
            give();
        }

        @Override
        public void onDrain() {
            end(new ReaderEndedException("the hub is stopping"), false);
            leave();
        }

        @Override
        public void onFailure(RuntimeException cause) {
            end(cause, false);
        }
    }
}

package dev.pharos.host.jdk;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of one exchange's blocking writes.
 *
 * <p>The JDK's server has none. But its threads write through a {@link java.nio.channels.SocketChannel}, and the
 * interrupt of a thread that blocks in one closes the channel: that is how a peer that takes nothing is ended.
 */
final class Watch {

    /** How long the end of an answer may wait for the rest of a body that nobody reads. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final long deadline;
    private final LongSupplier nanos;
    private final Runnable onExpiry;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread writer;
    private long since;
    private long limit;

    /** {@code onExpiry} is run in addition to the interrupt. */
    Watch(Duration deadline, LongSupplier nanos, Runnable onExpiry) {
        this.deadline = deadline.toNanos();
        this.nanos = nanos;
        this.onExpiry = onExpiry;
    }

    /** The calling thread may block from here on. */
    void begin() {
        set(Thread.currentThread(), deadline);
    }

    /** Some of what was to be written is written. */
    void progress() {
        set(Thread.currentThread(), deadline);
    }

    /** All is written; what comes now is the rest of the request. */
    void draining() {
        set(Thread.currentThread(), Math.min(deadline, DRAIN.toNanos()));
    }

    /** The calling thread does not block any more; an interrupt by this watch is taken back. */
    void end() {
        lock.lock();
        try {
            if (writer == Thread.currentThread()) {
                writer = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void set(Thread thread, long nanosAllowed) {
        lock.lock();
        try {
            writer = thread;
            since = nanos.getAsLong();
            limit = nanosAllowed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a write that has blocked too long. */
    void check() {
        expireIf(false);
    }

    /** Ends a write that blocks. */
    void expireNow() {
        expireIf(true);
    }

    private void expireIf(boolean now) {
        boolean expired;
        lock.lock();
        try {
            Thread thread = writer;
            expired = thread != null && (now || nanos.getAsLong() - since >= limit);
            if (expired && thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
        if (expired) {
            onExpiry.run();
        }
    }
}

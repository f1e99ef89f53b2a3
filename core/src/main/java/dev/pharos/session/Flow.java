package dev.pharos.session;

import java.util.concurrent.atomic.AtomicInteger;

/** What is on its way to a connection of another loop. */
final class Flow {

    private static final int MOST_BYTES = 64 << 10;

    private final AtomicInteger bytes = new AtomicInteger();
    private volatile boolean welcome = true;
    private volatile boolean isAwaited;

    /** Whether more may be sent; called here. If not, {@link #arrived} will say when. */
    boolean ready() {
        if (isFree()) {
            return true;
        }
        isAwaited = true;
        return isFree();
    }

    private boolean isFree() {
        return welcome && bytes.get() < MOST_BYTES;
    }

    /** Something is sent; called here. */
    void left(int length) {
        bytes.addAndGet(length);
    }

    /**
     * Something was written, or the connection is ready again; called there.
     *
     * @return whether those here are to be told that they may send
     */
    boolean arrived(int length, boolean ready) {
        bytes.addAndGet(-length);
        welcome = ready;
        if (isAwaited && isFree()) {
            isAwaited = false;
            return true;
        }
        return false;
    }
}

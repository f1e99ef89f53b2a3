package dev.pharos.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects a body into one array, up to a limit in bytes; a subclass says what becomes of it.
 *
 * <p>It takes at most three times the memory of what was received, whatever length was declared, and none once it has
 * ended. Used on the body's loop; of {@link #onComplete}, {@link #onTooLarge} and {@link #onAborted} exactly one is
 * called, once, on that loop, unless {@link #stop} was called.
 */
public abstract class BodyCollector implements Body.Reader {

    /** The most that is reserved before anything has come. */
    private static final int FIRST = 1024;

    private static final byte[] NOTHING = {};

    private final int limit;
    /** Twice what was received at most. */
    private byte[] bytes = NOTHING;

    private int count;
    private boolean ended;

    /**
     * Prepares to collect a body.
     *
     * @param limit how many bytes are allowed
     */
    protected BodyCollector(int limit) {
        this.limit = limit;
    }

    /** Starts reading a body. One that declares to be larger than the limit is refused at once and not read at all. */
    public final void collect(Body body) {
        long declared = body.length();
        if (declared > limit) {
            ended = true;
            onTooLarge();
            return;
        }
        bytes = new byte[declared < 0 ? Math.min(limit, FIRST) : (int) Math.min(declared, FIRST)];
        body.read(this);
    }

    /** Takes the whole body, whose array is its own. */
    protected abstract void onComplete(byte[] body);

    /** Told as soon as the limit is passed; what still comes is dropped. */
    protected abstract void onTooLarge();

    /** Told that the body did not become complete. */
    protected abstract void onAborted(IOException cause);

    /** Drops what was collected and what still comes; nothing is told any more. */
    protected final void stop() {
        ended = true;
        bytes = NOTHING;
    }

    /** Whether nothing is collected any more. */
    protected final boolean isEnded() {
        return ended;
    }

    @Override
    public void onData(ByteBuffer data) {
        if (ended) {
            return;
        }
        int more = data.remaining();
        if (more > limit - count) {
            stop();
            onTooLarge();
            return;
        }
        int needed = count + more;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(needed, 2L * bytes.length)));
        }
        data.get(bytes, count, more);
        count = needed;
    }

    @Override
    public void onEnd() {
        if (!ended) {
            byte[] whole = count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
            stop();
            onComplete(whole);
        }
    }

    @Override
    public void onAbort(IOException cause) {
        if (!ended) {
            stop();
            onAborted(cause);
        }
    }
}

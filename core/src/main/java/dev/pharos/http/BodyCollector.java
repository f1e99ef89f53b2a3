package dev.pharos.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Collects a body into one array, up to a limit in bytes.
 *
 * <p>It takes at most three times the memory of what was received, whatever length was declared, and none once the
 * limit is passed. Used on the body's loop; exactly one of the callbacks is called, once, on that loop.
 */
public final class BodyCollector implements Body.Reader {

    /** The most that is reserved before anything has come. */
    private static final int FIRST = 1024;

    private final int limit;
    private final Consumer<byte[]> complete;
    private final Runnable tooLarge;
    private final Consumer<IOException> aborted;
    /** Twice what was received at most. */
    private byte[] bytes;

    private int count;
    private boolean over;

    private BodyCollector(
            int expected, int limit, Consumer<byte[]> complete, Runnable tooLarge, Consumer<IOException> aborted) {
        this.limit = limit;
        this.complete = complete;
        this.tooLarge = tooLarge;
        this.aborted = aborted;
        bytes = new byte[Math.min(expected, FIRST)];
    }

    /**
     * Starts reading {@code body}. One that declares to be larger than the limit is refused at once and not read at all.
     *
     * @param limit how many bytes are allowed
     * @param complete takes the whole body, whose array is its own
     * @param tooLarge told as soon as the limit is passed; what still comes is dropped
     * @param aborted told that the body did not become complete
     */
    public static void collect(
            Body body, int limit, Consumer<byte[]> complete, Runnable tooLarge, Consumer<IOException> aborted) {
        long declared = body.length();
        if (declared > limit) {
            tooLarge.run();
            return;
        }
        body.read(new BodyCollector(
                declared < 0 ? Math.min(limit, FIRST) : (int) declared, limit, complete, tooLarge, aborted));
    }

    @Override
    public void onData(ByteBuffer data) {
        if (over) {
            return;
        }
        int more = data.remaining();
        if (more > limit - count) {
            over = true;
            bytes = new byte[0];
            tooLarge.run();
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
        if (!over) {
            complete.accept(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
        }
    }

    @Override
    public void onAbort(IOException cause) {
        if (!over) {
            aborted.accept(cause);
        }
    }
}

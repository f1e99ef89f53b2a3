package dev.pharos.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A collector of a body that takes room for it in the memory that all uploads share, and gives it back when the body is
 * whole or given up.
 */
public abstract class MeteredCollector extends BodyCollector {

    private final UploadMemory memory;
    private int came;
    private int taken;

    /**
     * Prepares to collect a body.
     *
     * @param limit how many bytes are allowed
     */
    protected MeteredCollector(int limit, UploadMemory memory) {
        super(limit);
        this.memory = memory;
    }

    /** Takes the whole body, whose array is its own. */
    protected abstract void onBody(byte[] body);

    /** Told as soon as the limit is passed; what still comes is dropped. */
    protected abstract void onOverLimit();

    /** Told that there is no memory for the body; what still comes is dropped. */
    protected abstract void onNoRoom();

    /** Told that the body did not become complete; does nothing unless a subclass does. */
    protected void onBrokenOff() {}

    @Override
    public final void onData(ByteBuffer data) {
        if (isEnded()) {
            return;
        }
        int more = UploadMemory.share(came + data.remaining()) - taken;
        if (memory.take(more)) {
            came += data.remaining();
            taken += more;
            super.onData(data);
        } else {
            stop();
            giveBack();
            onNoRoom();
        }
    }

    @Override
    protected final void onComplete(byte[] body) {
        giveBack();
        onBody(body);
    }

    @Override
    protected final void onTooLarge() {
        giveBack();
        onOverLimit();
    }

    @Override
    protected final void onAborted(IOException cause) {
        giveBack();
        onBrokenOff();
    }

    private void giveBack() {
        memory.give(taken);
        taken = 0;
    }
}

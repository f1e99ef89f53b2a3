package dev.pharos.host.netty;

import dev.pharos.http.Encoded;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The run of event bytes a loop framed last, in memory that sockets take it from.
 *
 * <p>While an audience is served, every connection is given the same {@link Encoded}; it is packed for the first and
 * taken as it lies for the others. Used on its loop only.
 */
final class Frame {

    private static final int CAPACITY = 128 << 10;

    private final Framing framing;
    private final ByteBuf memory = Unpooled.directBuffer(CAPACITY, CAPACITY);
    private final long address;
    private @Nullable Encoded run;

    /** With {@code direct}, sockets are given an address, which needs Netty's native library. */
    Frame(Framing framing, boolean direct) {
        this.framing = framing;
        this.address = direct ? Buffer.memoryAddress(memory.internalNioBuffer(0, CAPACITY)) : 0;
    }

    /** Packs the run if it is not the one packed last; false when it is too large for this memory. */
    boolean hold(Encoded next) {
        if (next == run) {
            return true;
        }
        if (framing.bound(next) > CAPACITY) {
            return false;
        }
        memory.clear();
        framing.write(next, memory);
        run = next;
        return true;
    }

    Framing framing() {
        return framing;
    }

    /** Where the frame begins. */
    long address() {
        return address;
    }

    /** The bytes of the frame. */
    int length() {
        return memory.readableBytes();
    }

    /** The frame itself, to copy from. */
    ByteBuf memory() {
        return memory;
    }

    void release() {
        run = null;
        memory.release();
    }
}

package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets all sockets of a loop be read into one buffer.
 *
 * <p>A loop reads one socket at a time, and what was read has been dealt with before the next read, so one set of
 * counters is enough as well.
 */
final class SharedReads implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

    /** The reads of one connection in one turn, so that a loud one leaves time to the others. */
    private static final int READS_PER_TURN = 4;

    private final ByteBuf buffer;
    private @Nullable ChannelConfig config;
    private int reads;
    private int attempted;
    private int last;

    SharedReads(ByteBuf buffer) {
        this.buffer = buffer;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
        return buffer.clear().retain();
    }

    @Override
    public int guess() {
        return buffer.capacity();
    }

    @Override
    public void reset(ChannelConfig of) {
        reads = 0;
        last = 0;
        config = of;
    }

    @Override
    public void incMessagesRead(int count) {
        reads += count;
    }

    @Override
    public void lastBytesRead(int bytes) {
        last = bytes;
    }

    @Override
    public int lastBytesRead() {
        return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public boolean continueReading() {
        ChannelConfig of = config;
        return last == attempted && last > 0 && reads < READS_PER_TURN && of != null && of.isAutoRead();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return continueReading();
    }

    @Override
    public void readComplete() {}
}

package dev.pharos.host.netty;

import dev.pharos.host.netty.ResponseHead.Persistence;
import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.ResponseStream;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * An answer of open length: chunks, or in HTTP/1.0 bare bytes until the connection ends.
 *
 * <p>It knows nothing of its request, so that an idle stream costs little.
 */
final class StreamedBody extends Slot implements ResponseStream {

    private static final int LAST_CHUNK = ('0' << 24) | ('\r' << 16) | ('\n' << 8) | '\r';

    private final Listener listener;
    private final boolean chunked;
    private final boolean last;
    /** Whether its bytes go to the connection, because the answers before are out. */
    private boolean live;

    private boolean ended;
    private boolean closeTold;
    /** What was written before the turn came. */
    private @Nullable ByteBuf early;

    StreamedBody(Connection connection, Listener listener, boolean chunked, boolean last) {
        super(connection);
        this.listener = listener;
        this.chunked = chunked;
        this.last = last;
    }

    /** Writes the head; {@code live} when all answers before are out. */
    void begin(int status, Headers headers, boolean live, Persistence persistence) {
        this.live = live;
        long length = chunked ? ResponseHead.IN_CHUNKS : ResponseHead.UNTIL_CLOSE;
        connection.loop.heads.write(live ? connection.out.buffer() : early(), status, headers, length, persistence);
        if (live) {
            connection.out.written();
        }
    }

    /** Marks it ended without a byte: there is nobody, or no body is allowed. */
    void beginEnded() {
        ended = true;
        tellClosed();
    }

    private ByteBuf early() {
        ByteBuf waiting = early;
        if (waiting == null) {
            waiting = connection.channel().alloc().buffer(512);
            early = waiting;
        }
        return waiting;
    }

    @Override
    public boolean ready() {
        return live && !ended && connection.out.ready();
    }

    @Override
    public void write(Encoded bytes) {
        if (ended || bytes.length() == 0) {
            return;
        }
        Loop loop = connection.loop;
        if (live) {
            connection.out.write(bytes, chunked ? loop.chunks : loop.bare());
        } else {
            Framing framing = chunked ? Framing.CHUNK : Framing.BARE;
            framing.write(bytes, early().ensureWritable(framing.bound(bytes)));
        }
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        if (chunked) {
            ByteBuf to = live ? connection.out.buffer() : early();
            to.writeInt(LAST_CHUNK);
            to.writeByte('\n');
        }
        tellClosed();
        if (live) {
            connection.out.written();
            connection.advance();
        }
    }

    @Override
    boolean takeTurn() {
        if (!live) {
            live = true;
            ByteBuf waiting = early;
            early = null;
            if (waiting != null) {
                connection.out.buffer().writeBytes(waiting);
                waiting.release();
                connection.out.written();
            }
            if (!ended) {
                connection.loop.execute(this::tellReady);
            }
        }
        return ended;
    }

    @Override
    boolean last() {
        return last;
    }

    @Override
    boolean watchesPeer() {
        return true;
    }

    @Override
    void abort() {
        ended = true;
        ByteBuf waiting = early;
        early = null;
        if (waiting != null) {
            waiting.release();
        }
        tellClosed();
    }

    /** The outlet takes more again. */
    void tellReady() {
        if (ready()) {
            connection.guard(listener::onReady);
        }
    }

    private void tellClosed() {
        if (!closeTold) {
            closeTold = true;
            connection.loop.execute(() -> connection.guard(listener::onClose));
        }
    }
}

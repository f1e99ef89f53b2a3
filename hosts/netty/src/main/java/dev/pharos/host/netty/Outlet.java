package dev.pharos.host.netty;

import dev.pharos.http.Encoded;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The output side of a connection.
 *
 * <p>Small things are gathered in a buffer that is flushed at the end of a burst of input or of the loop's turn. A frame
 * of event bytes, when nothing waits before it, goes from the loop's memory to the socket at once; only what the socket
 * does not take is copied and left to Netty, and the outlet is blocked until that has gone.
 */
final class Outlet {

    /** A body above this is not copied into the buffer. */
    private static final int COPY_LIMIT = 16 << 10;

    private final Connection connection;
    private final Channel channel;
    /** The socket to write to directly, where the transport has one. */
    private final @Nullable Socket socket;

    private @Nullable ByteBuf buffer;
    private boolean flushIsDue;
    /** Writes that Netty has not completed, and their bytes. */
    private int waiting;

    private int waitingBytes;
    /** Whether writes complete later even when the socket takes them at once. */
    private final boolean later;
    /** Whether the peer lags, and is to be told of when it no longer does. */
    private boolean congested;
    /** Whether the loop has ended the connection and counts its bytes no longer. */
    private boolean cut;

    Outlet(Connection connection, Channel channel, Transport transport) {
        this.connection = connection;
        this.channel = channel;
        this.later = transport.writesLater();
        this.socket = transport.givesSockets() && ((UnixChannel) channel).fd() instanceof Socket s ? s : null;
    }

    /** Whether the peer has not taken everything that was flushed. */
    boolean blocked() {
        return waiting > 0;
    }

    /** Whether so much is waiting that nothing should be added. */
    boolean congested() {
        return congested;
    }

    /** Whether more is welcome. */
    boolean ready() {
        ByteBuf gathered = buffer;
        return !congested && (gathered == null || gathered.readableBytes() < connection.loop.limits.pending());
    }

    /** Whether everything has gone to the kernel. */
    boolean empty() {
        return waiting == 0 && buffer == null;
    }

    /** The buffer to add to; {@link #written} must follow. */
    ByteBuf buffer() {
        ByteBuf to = buffer;
        if (to == null) {
            to = connection.loop.takeBuffer();
            buffer = to;
        }
        return to;
    }

    /** Has what was added to the buffer flushed in time. */
    void written() {
        ByteBuf gathered = buffer;
        if (gathered != null && gathered.readableBytes() >= connection.loop.limits.pending()) {
            flush();
        } else if (!flushIsDue) {
            flushIsDue = true;
            if (!connection.inBurst()) {
                connection.loop.flushLater(this);
            }
        }
    }

    /** Adds a body, which belongs to the outlet from here on. */
    void body(byte[] bytes) {
        if (bytes.length <= COPY_LIMIT) {
            buffer().writeBytes(bytes);
            written();
        } else {
            flush();
            leaveToNetty(Unpooled.wrappedBuffer(bytes));
        }
    }

    /** Writes a run of event bytes at once, or behind what is waiting. */
    void write(Encoded run, Frame frame) {
        if (buffer == null && frame.hold(run)) {
            if (socket != null && waiting == 0) {
                writeDirectly(socket, frame);
            } else {
                leaveToNetty(channel.alloc()
                        .directBuffer(frame.length())
                        .writeBytes(frame.memory().duplicate()));
            }
            return;
        }
        Framing framing = frame.framing();
        ByteBuf to = buffer().ensureWritable(framing.bound(run));
        framing.write(run, to);
        written();
    }

    private void writeDirectly(Socket to, Frame frame) {
        if (!to.isOpen()) {
            return;
        }
        int length = frame.length();
        int taken;
        try {
            taken = to.sendAddress(frame.address(), 0, length);
        } catch (IOException e) {
            channel.close();
            return;
        }
        if (taken < length) {
            leaveToNetty(
                    channel.alloc().directBuffer(length - taken).writeBytes(frame.memory(), taken, length - taken));
        }
    }

    /** Hands what was gathered to the kernel, or to Netty what the kernel does not take. */
    void flush() {
        flushIsDue = false;
        ByteBuf gathered = buffer;
        if (gathered == null) {
            return;
        }
        buffer = null;
        if (socket != null && waiting == 0 && socket.isOpen()) {
            try {
                gathered.skipBytes(send(socket, gathered));
            } catch (IOException e) {
                gathered.release();
                channel.close();
                return;
            }
        }
        if (gathered.isReadable()) {
            leaveToNetty(gathered);
        } else {
            connection.loop.giveBuffer(gathered);
        }
        connection.flushed();
    }

    private static int send(Socket socket, ByteBuf bytes) throws IOException {
        if (bytes.hasMemoryAddress()) {
            return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
        }
        ByteBuffer memory = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
        return socket.send(memory, memory.position(), memory.limit());
    }

    private void leaveToNetty(ByteBuf rest) {
        int bytes = rest.readableBytes();
        waiting++;
        waitingBytes += bytes;
        ChannelFuture future = channel.writeAndFlush(rest);
        if (future.isDone()) {
            waiting--;
            waitingBytes -= bytes;
        } else {
            congested |= !later || waitingBytes >= connection.loop.limits.pending();
            future.addListener(write -> taken(bytes, write.isSuccess()));
            connection.blocked();
            if (!cut) {
                connection.loop.waits(this, bytes);
            }
        }
    }

    private void taken(int bytes, boolean success) {
        waiting--;
        waitingBytes -= bytes;
        if (!cut) {
            connection.loop.waitsNoLonger(this, bytes, waiting > 0 && success);
        }
        if (waiting == 0 && success) {
            boolean lagged = congested;
            congested = false;
            connection.unblocked(lagged);
        }
    }

    /**
     * So many peers take nothing that memory would be missing elsewhere: this one has to go. Gives the bytes that wait no
     * longer; a transport may tell of the end of their writes later.
     */
    int cut() {
        int bytes = waitingBytes;
        cut = true;
        channel.close();
        return bytes;
    }

    /** How much Netty still holds, to see whether it becomes less. */
    long held() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
    }

    /** Whether the socket is known to be of no use any more. */
    boolean broken() {
        try {
            return socket != null && socket.isOpen() && socket.getSoError() != 0;
        } catch (IOException e) {
            return true;
        }
    }

    void release() {
        ByteBuf gathered = buffer;
        buffer = null;
        if (gathered != null) {
            gathered.release();
        }
    }
}

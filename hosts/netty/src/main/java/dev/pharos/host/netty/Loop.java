package dev.pharos.host.netty;

import dev.pharos.http.EventLoop;
import dev.pharos.http.UploadMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop: its connections, and what they share because only one of them is at work at a time.
 *
 * <p>All members but {@link #execute} and {@link #inLoop} are used on the loop only.
 */
final class Loop implements EventLoop {

    private static final int READ_SIZE = 64 << 10;
    private static final int IDLE_READERS = 16;
    private static final int BUFFER_SIZE = 512;
    private static final int MOST_SPARE_BUFFER = 64 << 10;

    final Limits limits;
    /** For messages of WebSockets that are not complete yet, of all loops. */
    final UploadMemory incoming;
    /** Event bytes as chunks. */
    final Frame chunks;
    /** Event bytes as text messages. */
    final Frame messages;

    final ResponseHead heads;
    final Deadlines deadlines;
    /** What the sockets are read into; nothing may stay in it after a read. */
    final ByteBuf input = Unpooled.directBuffer(READ_SIZE, READ_SIZE);

    final SharedReads reads = new SharedReads(input);

    private final io.netty.channel.EventLoop executor;
    private final ArrayDeque<RequestReader> readers = new ArrayDeque<>();
    private final KnownHeads knownHeads = new KnownHeads();
    /** What was read, in an array, where everything in it is found sooner. */
    private final ByteBuf array = Unpooled.buffer(READ_SIZE);

    private ArrayList<Outlet> unflushed = new ArrayList<>();
    private ArrayList<Outlet> flushing = new ArrayList<>();
    private @Nullable Connection first;
    private @Nullable Frame bare;
    /** The buffer that was given back last. */
    private @Nullable ByteBuf spare;

    private final boolean direct;
    private final long waitingLimit;
    /** What Netty holds for the peers of all connections because they have not taken it. */
    private long waiting;
    /** For whose peers that is: first who has taken nothing for the longest time. */
    private final LinkedHashSet<Outlet> stalled = new LinkedHashSet<>();

    Loop(
            io.netty.channel.EventLoop executor,
            Limits limits,
            UploadMemory incoming,
            long waitingLimit,
            InstantSource clock,
            boolean direct) {
        this.executor = executor;
        this.limits = limits;
        this.incoming = incoming;
        this.waitingLimit = waitingLimit;
        this.direct = direct;
        this.chunks = new Frame(Framing.CHUNK, direct);
        this.messages = new Frame(Framing.TEXT, direct);
        this.heads = new ResponseHead(clock);
        this.deadlines = new Deadlines(executor, limits);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** What is scheduled runs behind the next look at the sockets, however little time there is until then. */
    @Override
    public void executeLast(Runnable task) {
        var unused = executor.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    /** The time in nanoseconds, of no particular beginning. */
    long now() {
        return executor.ticker().nanoTime();
    }

    @Override
    public boolean inLoop() {
        return executor.inEventLoop();
    }

    /** Event bytes as they are. */
    Frame bare() {
        Frame frame = bare;
        if (frame == null) {
            frame = new Frame(Framing.BARE, direct);
            bare = frame;
        }
        return frame;
    }

    /** What was read, in a buffer with an array; nothing may stay in it after that read. */
    ByteBuf inArray(ByteBuf read) {
        return array.clear().writeBytes(read);
    }

    /** A reader between two messages. */
    RequestReader takeReader() {
        RequestReader reader = readers.pollLast();
        return reader != null ? reader : new RequestReader(limits, knownHeads);
    }

    /** Gives back a reader that is between two messages. */
    void giveReader(RequestReader reader) {
        if (readers.size() < IDLE_READERS) {
            readers.addLast(reader);
        }
    }

    /** An empty buffer to gather small writes in. */
    ByteBuf takeBuffer() {
        ByteBuf buffer = spare;
        spare = null;
        return buffer != null ? buffer : ByteBufAllocator.DEFAULT.directBuffer(BUFFER_SIZE);
    }

    /** Gives back a buffer whose bytes have all gone: most often the next connection to write needs one at once. */
    void giveBuffer(ByteBuf buffer) {
        if (spare == null && buffer.capacity() <= MOST_SPARE_BUFFER) {
            spare = buffer.clear();
        } else {
            buffer.release();
        }
    }

    /** So many bytes more have to wait for the peer of an outlet. May end connections to make room, also that one. */
    void waits(Outlet outlet, int bytes) {
        waiting += bytes;
        stalled.add(outlet);
        if (waiting > waitingLimit) {
            makeRoom();
        }
    }

    /** So many bytes wait no longer; {@code others} of the same outlet still do, whose peer has taken some now. */
    void waitsNoLonger(Outlet outlet, int bytes, boolean others) {
        waiting -= bytes;
        if (others) {
            stalled.addLast(outlet);
        } else {
            stalled.remove(outlet);
        }
    }

    /** Ends those whose peers have taken nothing for the longest time. */
    private void makeRoom() {
        while (waiting > waitingLimit && !stalled.isEmpty()) {
            waiting -= stalled.removeFirst().cut();
        }
    }

    /** Flushes the outlet after the tasks that are waiting now. */
    void flushLater(Outlet outlet) {
        if (unflushed.isEmpty()) {
            executor.execute(this::flush);
        }
        unflushed.add(outlet);
    }

    private void flush() {
        ArrayList<Outlet> turn = unflushed;
        unflushed = flushing;
        flushing = turn;
        for (int i = 0; i < turn.size(); i++) {
            turn.get(i).flush();
        }
        turn.clear();
    }

    /** Adds a connection that came to be. */
    void add(Connection connection) {
        Connection next = first;
        connection.next = next;
        if (next != null) {
            next.previous = connection;
        }
        first = connection;
    }

    /** Takes out a connection that has ended. */
    void remove(Connection connection) {
        deadlines.forget(connection);
        Connection previous = connection.previous;
        Connection next = connection.next;
        if (previous != null) {
            previous.next = next;
        } else {
            first = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        connection.previous = null;
        connection.next = null;
    }

    /** Ends every connection: streams and WebSockets cleanly, the rest at once. */
    void shutDown() {
        for (Connection c = first; c != null; ) {
            Connection next = c.next;
            c.shutDown();
            c = next;
        }
    }

    /** Gives the shared memory back; the last that happens on the loop. */
    void release() {
        chunks.release();
        messages.release();
        if (bare != null) {
            bare.release();
        }
        input.release();
        if (spare != null) {
            spare.release();
        }
    }
}

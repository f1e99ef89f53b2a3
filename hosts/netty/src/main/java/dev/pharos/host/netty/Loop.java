package dev.pharos.host.netty;

import dev.pharos.http.EventLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop: its connections, and what they share because only one of them is at work at a time.
 *
 * <p>All members but {@link #execute} and {@link #inLoop} are used on the loop only.
 */
final class Loop implements EventLoop {

    private static final int READ_SIZE = 64 << 10;
    private static final int IDLE_PARSERS = 16;

    final Limits limits;
    /** Event bytes as chunks. */
    final Frame chunks;
    /** Event bytes as text messages. */
    final Frame messages;

    final ResponseHead heads;
    /** What the sockets are read into; nothing may stay in it after a read. */
    final ByteBuf input = Unpooled.directBuffer(READ_SIZE, READ_SIZE);

    final SharedReads reads = new SharedReads(input);
    /** What a parser found in one step. */
    final List<Object> parsed = new ArrayList<>(8);

    private final io.netty.channel.EventLoop executor;
    private final ArrayDeque<RequestParser> parsers = new ArrayDeque<>();
    private final ArrayList<Connection> watched = new ArrayList<>();
    private ArrayList<Outlet> unflushed = new ArrayList<>();
    private ArrayList<Outlet> flushing = new ArrayList<>();
    private boolean sweeping;
    private @Nullable Connection first;
    private @Nullable Frame bare;
    private final boolean direct;

    Loop(io.netty.channel.EventLoop executor, Limits limits, InstantSource clock, boolean direct) {
        this.executor = executor;
        this.limits = limits;
        this.direct = direct;
        this.chunks = new Frame(Framing.CHUNK, direct);
        this.messages = new Frame(Framing.TEXT, direct);
        this.heads = new ResponseHead(clock);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public boolean inLoop() {
        return executor.inEventLoop();
    }

    long now() {
        return executor.ticker().nanoTime();
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

    /** A parser between two messages. */
    RequestParser takeParser() {
        RequestParser parser = parsers.pollLast();
        return parser != null ? parser : new RequestParser(limits);
    }

    /** Gives back a parser that is between two messages. */
    void giveParser(RequestParser parser) {
        if (parsers.size() < IDLE_PARSERS) {
            parsers.addLast(parser);
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
        unwatch(connection);
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

    /** Looks at the connection's deadline from now on. */
    void watch(Connection connection) {
        if (connection.place < 0) {
            connection.place = watched.size();
            watched.add(connection);
            if (!sweeping) {
                sweeping = true;
                scheduleSweep();
            }
        }
    }

    /** No longer looks at its deadline. */
    void unwatch(Connection connection) {
        int place = connection.place;
        if (place >= 0) {
            connection.place = -1;
            Connection last = watched.remove(watched.size() - 1);
            if (last != connection) {
                watched.set(place, last);
                last.place = place;
            }
        }
    }

    private void scheduleSweep() {
        executor.schedule(this::sweep, limits.sweepNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = now();
        for (int i = watched.size() - 1; i >= 0; i--) {
            if (i < watched.size()) {
                watched.get(i).checkDeadline(now);
            }
        }
        sweeping = !watched.isEmpty();
        if (sweeping) {
            scheduleSweep();
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
    }
}

package dev.pharos.protocol.events;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** How many connections each transport has at the moment, and may have together. Thread-safe. */
public final class TransportCounts {

    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();

    private final int most;
    private IntSupplier sessions = () -> 0;

    TransportCounts(int most) {
        this.most = most;
    }

    /** Event streams. */
    public int streams() {
        return streams.get();
    }

    /** Polls that wait. */
    public int polls() {
        return polls.get();
    }

    /** WebSockets. */
    public int sockets() {
        return sockets.get();
    }

    /** Sessions over event streams and requests. */
    public int sessions() {
        return sessions.getAsInt();
    }

    /** The most of all transports together. */
    int most() {
        return most;
    }

    /** Whether there is room for so many more. */
    boolean haveRoomFor(int more) {
        return streams.get() + polls.get() + sockets.get() + sessions() <= most - more;
    }

    /** Where the number of sessions is known; called before anything is counted. */
    void sessions(IntSupplier number) {
        sessions = number;
    }

    void stream(int change) {
        streams.addAndGet(change);
    }

    void poll(int change) {
        polls.addAndGet(change);
    }

    void socket(int change) {
        sockets.addAndGet(change);
    }
}

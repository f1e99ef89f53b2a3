package dev.pharos.protocol.events;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections each transport has at the moment. Thread-safe. */
public final class TransportCounts {

    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();

    TransportCounts() {}

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

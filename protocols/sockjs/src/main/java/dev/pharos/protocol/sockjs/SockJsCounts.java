package dev.pharos.protocol.sockjs;

import java.util.concurrent.atomic.AtomicInteger;

/** How many sessions there are at the moment, by the transport they were opened over. Thread-safe. */
public final class SockJsCounts {

    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger polls = new AtomicInteger();

    SockJsCounts() {}

    /** Sessions over a WebSocket. */
    public int sockets() {
        return sockets.get();
    }

    /** Sessions over streaming answers. */
    public int streams() {
        return streams.get();
    }

    /** Sessions over polls. */
    public int polls() {
        return polls.get();
    }

    void add(SockJsSession.Kind kind, int change) {
        switch (kind) {
            case RAW_SOCKET, SOCKET -> sockets.addAndGet(change);
            case STREAM -> streams.addAndGet(change);
            case POLL -> polls.addAndGet(change);
        }
    }
}

package dev.pharos.protocol.socketio.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** How many sessions each transport has at the moment. Thread-safe. */
public final class EngineCounts {

    private final AtomicInteger polling = new AtomicInteger();
    private final AtomicInteger webSockets = new AtomicInteger();

    EngineCounts() {}

    /** Sessions that poll. */
    public int polling() {
        return polling.get();
    }

    /** Sessions over a WebSocket. */
    public int webSockets() {
        return webSockets.get();
    }

    void polling(int change) {
        polling.addAndGet(change);
    }

    void webSocket(int change) {
        webSockets.addAndGet(change);
    }
}

package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.EventLoop;
import dev.pharos.hub.Scheduler;

/** The pings that are due on one loop, and the pongs that are awaited. */
record Heartbeats(DelayLine pings, DelayLine pongs) {

    static Heartbeats of(EventLoop loop, Scheduler scheduler, EngineOptions options) {
        return new Heartbeats(
                new DelayLine(loop, scheduler, options.pingIntervalMillis()),
                new DelayLine(loop, scheduler, options.pingTimeoutMillis()));
    }

    /** Lets become due what a timer that is late has not come to yet. */
    void advance() {
        pings.advance();
        pongs.advance();
    }

    long now() {
        return pings.now();
    }
}

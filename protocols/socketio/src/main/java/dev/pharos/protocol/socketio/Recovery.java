package dev.pharos.protocol.socketio;

import dev.pharos.hub.Hub;

/**
 * Connection state recovery from a hub's log: what is emitted goes through the log, and a client that comes back in time gets
 * its id, its rooms and what it missed.
 *
 * @param hub the hub; its events are private ones with a topic for each namespace
 * @param keepMillis how long a broken connection can be recovered
 * @param most how many broken connections are kept, and no more than a sixteenth of the heap; the oldest go first
 */
public record Recovery(Hub hub, long keepMillis, int most) implements ConnectionRecovery {

    /** Two minutes, ten thousand connections. */
    public Recovery(Hub hub) {
        this(hub, 120_000, 10_000);
    }
}

package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.AllowedOrigins;

/**
 * The times and bounds of Engine.IO sessions.
 *
 * @param pingIntervalMillis the time between a sign of life of the client and the next ping
 * @param pingTimeoutMillis how long the client may take to answer a ping; without an answer its session ends
 * @param upgradeTimeoutMillis how long a WebSocket may take to become a session's transport
 * @param maxPayload the bytes of one message and of the body of a {@code POST}
 * @param bufferBytes what may wait for a connection of a session; a session that is to hold more ends
 * @param origins the other sites whose pages may use it
 */
public record EngineOptions(
        int pingIntervalMillis,
        int pingTimeoutMillis,
        int upgradeTimeoutMillis,
        int maxPayload,
        int bufferBytes,
        AllowedOrigins origins) {

    /** The defaults of the reference implementation, and 1 MiB to wait. */
    public static final EngineOptions DEFAULT =
            new EngineOptions(25_000, 20_000, 10_000, 1_000_000, 1 << 20, AllowedOrigins.NONE);

    /** Checks its parts. */
    public EngineOptions {
        positive("pingIntervalMillis", pingIntervalMillis);
        positive("pingTimeoutMillis", pingTimeoutMillis);
        positive("upgradeTimeoutMillis", upgradeTimeoutMillis);
        positive("maxPayload", maxPayload);
        positive("bufferBytes", bufferBytes);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is positive, got " + value);
        }
    }

    /** These options with other times between pings and to answer one. */
    public EngineOptions withPings(int intervalMillis, int timeoutMillis) {
        return new EngineOptions(intervalMillis, timeoutMillis, upgradeTimeoutMillis, maxPayload, bufferBytes, origins);
    }

    /** These options with another time to upgrade. */
    public EngineOptions withUpgradeTimeoutMillis(int millis) {
        return new EngineOptions(pingIntervalMillis, pingTimeoutMillis, millis, maxPayload, bufferBytes, origins);
    }

    /** These options with another size of a message. */
    public EngineOptions withMaxPayload(int bytes) {
        return new EngineOptions(
                pingIntervalMillis, pingTimeoutMillis, upgradeTimeoutMillis, bytes, bufferBytes, origins);
    }

    /** These options with another bound of what may wait. */
    public EngineOptions withBufferBytes(int bytes) {
        return new EngineOptions(
                pingIntervalMillis, pingTimeoutMillis, upgradeTimeoutMillis, maxPayload, bytes, origins);
    }

    /** These options with other sites. */
    public EngineOptions withOrigins(AllowedOrigins allowed) {
        return new EngineOptions(
                pingIntervalMillis, pingTimeoutMillis, upgradeTimeoutMillis, maxPayload, bufferBytes, allowed);
    }
}

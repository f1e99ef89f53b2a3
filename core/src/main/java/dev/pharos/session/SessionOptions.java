package dev.pharos.session;

/**
 * The times and bounds of the sessions of one protocol.
 *
 * @param heartbeatMillis the longest silence of a connection that receives, spread by chance; 0 for no heartbeats
 * @param idleMillis how long a session waits for a connection to receive; 0 for ever, for protocols that watch it themselves
 * @param lingerMillis how long a session that the server ended waits to tell the peer
 * @param echoMillis how long an ended session is still found by its id, so that latecomers can be told again
 * @param bufferBytes what may wait for a connection; one run of messages that goes over the bound is still taken
 * @param heldBytes what may wait to be delivered while the listener has paused
 */
public record SessionOptions(
        long heartbeatMillis, long idleMillis, long lingerMillis, long echoMillis, int bufferBytes, int heldBytes) {

    /** A heartbeat each 15 s, 30 s without a connection, 5 s to tell of the end, 256 KiB to wait, 1 MiB to be delivered. */
    public static final SessionOptions DEFAULT = new SessionOptions(15_000, 30_000, 5_000, 0, 256 << 10, 1 << 20);

    /** Checks its parts. */
    public SessionOptions {
        if (heartbeatMillis < 0 || idleMillis < 0 || lingerMillis < 0 || echoMillis < 0) {
            throw new IllegalArgumentException("a time is not negative");
        }
        if (bufferBytes < 1 || heldBytes < 1) {
            throw new IllegalArgumentException("a bound is positive, got " + bufferBytes + " and " + heldBytes);
        }
    }

    /** These options with another longest silence. */
    public SessionOptions withHeartbeatMillis(long millis) {
        return new SessionOptions(millis, idleMillis, lingerMillis, echoMillis, bufferBytes, heldBytes);
    }

    /** These options with another time to wait for a connection. */
    public SessionOptions withIdleMillis(long millis) {
        return new SessionOptions(heartbeatMillis, millis, lingerMillis, echoMillis, bufferBytes, heldBytes);
    }

    /** These options with another time to tell of the end. */
    public SessionOptions withLingerMillis(long millis) {
        return new SessionOptions(heartbeatMillis, idleMillis, millis, echoMillis, bufferBytes, heldBytes);
    }

    /** These options with another time for latecomers. */
    public SessionOptions withEchoMillis(long millis) {
        return new SessionOptions(heartbeatMillis, idleMillis, lingerMillis, millis, bufferBytes, heldBytes);
    }

    /** These options with another bound of what may wait for a connection. */
    public SessionOptions withBufferBytes(int bytes) {
        return new SessionOptions(heartbeatMillis, idleMillis, lingerMillis, echoMillis, bytes, heldBytes);
    }

    /** These options with another bound of what may wait to be delivered. */
    public SessionOptions withHeldBytes(int bytes) {
        return new SessionOptions(heartbeatMillis, idleMillis, lingerMillis, echoMillis, bufferBytes, bytes);
    }
}

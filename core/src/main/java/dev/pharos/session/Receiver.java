package dev.pharos.session;

import dev.pharos.http.Encoded;

/**
 * A connection that takes what a session sends, in the framing of its transport. Called by its session, on the session's loop.
 *
 * <p>At most one is attached at a time. It tells the session when it is ready again ({@link ProtocolSession#onReady}) and when
 * it takes no more ({@link ProtocolSession#detach}); both also from within the calls below.
 */
public interface Receiver {

    /** Whether messages are welcome now. */
    boolean ready();

    /** Takes text messages; also when it is not ready, if the session is about to end. */
    void text(Encoded messages);

    /**
     * Takes a binary message.
     *
     * @throws UnsupportedOperationException if the protocol has none
     */
    void binary(byte[] message);

    /** Gives a sign of life: nothing was sent for the longest silence. */
    void heartbeat();

    /**
     * Tells the peer that the session has ended, and ends the connection; {@link ProtocolSession#detach} follows, at once or
     * later.
     *
     * @return whether the peer is told; if not, the session waits for another receiver to do it
     */
    boolean close(int code, String reason);

    /** Stops reading messages of the peer soon, where they come in over this connection. */
    default void pause() {}

    /** Ends a {@link #pause}. */
    default void resume() {}
}

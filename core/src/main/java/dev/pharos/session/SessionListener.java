package dev.pharos.session;

import java.nio.ByteBuffer;

/**
 * An application's side of one session. Called on the session's loop only, must not block.
 *
 * <p>A listener that throws loses the session ({@link CloseReason#FAULT}).
 */
public interface SessionListener {

    /** The session is open; called first, once. It may be sent to from here on. */
    void onOpen(Session session);

    /** A text message. */
    void onMessage(String message);

    /** A binary message; the bytes belong to the session again when this returns. */
    void onBinary(ByteBuffer message);

    /** The session is ready again after it was not. */
    default void onReady() {}

    /**
     * The server is going to stop: the last moment to send something or to choose a close code of one's own. Behind this the
     * session ends with {@link CloseReason#DRAIN}.
     */
    default void onDrain() {}

    /**
     * The session has ended; called once after {@link #onOpen}, last, and never from within a call on the session. After
     * {@link Session#close} and a drain it comes when the peer has been told, or could not be in time.
     */
    void onClose(CloseReason reason);
}

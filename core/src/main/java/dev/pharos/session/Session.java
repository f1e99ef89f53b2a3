package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;

/**
 * A conversation with one peer, in messages both ways, that outlives its connections.
 *
 * <p>Used on its {@link #loop()} only. Messages arrive in order. What is sent while no connection takes it is kept, up to a
 * bound in bytes: whoever sends more although it waits loses the session ({@link CloseReason#OVERFLOW}), so a sender that
 * has much watches {@link #ready()} or {@link #buffered()}. After the end every call does nothing.
 */
public interface Session {

    /** Its id: a secret between the peer and this server where the protocol lets one find the session by it. */
    String id();

    /** The loop it lives on: that of the request that opened it. */
    EventLoop loop();

    /** What the opening request said. */
    Handshake handshake();

    /** Whether what is sent now goes out at once. When it was false, {@link SessionListener#onReady} tells of the change. */
    boolean ready();

    /** The bytes that wait for a connection to take them. */
    int buffered();

    /**
     * Sends each part of {@code messages} as one text message; the parts are valid UTF-8. What is sent to many sessions as
     * the same object is framed once for all of them.
     */
    void send(Encoded messages);

    /**
     * Sends one binary message, which belongs to the session from here on.
     *
     * @throws UnsupportedOperationException if the protocol has text messages only
     */
    void send(byte[] message);

    /** Stops calls of {@link SessionListener#onMessage} soon (what was read already may still come) until {@link #resume}. */
    void pause();

    /** Ends a {@link #pause}. */
    void resume();

    /** Ends the session after what was sent, for {@link CloseReason#SERVER}; the protocol tells the peer as it can. */
    void close(int code, String reason);
}

package dev.pharos.http;

import java.nio.ByteBuffer;

/**
 * A WebSocket connection (RFC 6455) as a protocol sees it: whole messages both ways. Used on its loop only.
 *
 * <p>The host does the frames, masks, UTF-8 checks, pings and the closing handshake, and fails the connection as the
 * RFC says when the peer breaks a rule (1002, 1007, 1009).
 */
public interface WebSocket {

    /** Whether a message is welcome now; see {@link ResponseStream#ready()}. */
    boolean ready();

    /** Sends each part of {@code messages} as one text message. The parts are valid UTF-8. */
    void text(Encoded messages);

    /** Sends one binary message. */
    void binary(byte[] message);

    /** Sends a ping without payload; the pong is the host's affair. */
    void ping();

    /** Begins the closing handshake after what was sent; the host ends the connection if the peer does not answer. */
    void close(int code, String reason);

    /**
     * Ends the connection after what was sent without a closing handshake, for a peer that would not notice one; the
     * listener is told 1006.
     */
    void end();

    /** Stops reading messages soon, until {@link #resume}. */
    void pause();

    /** Ends a {@link #pause}. */
    void resume();

    /**
     * What an upgrade asks for.
     *
     * @param subprotocol the one chosen of those offered, or empty for none
     * @param maxMessage the largest message in bytes; above it the connection fails with 1009
     * @param maxFragments the most frames of one message; above it the connection fails with 1009
     * @param headers more fields of the 101 answer
     */
    record Options(String subprotocol, int maxMessage, int maxFragments, Headers headers) {}

    /** Told of the life of a WebSocket; called on the connection's loop. */
    interface Listener {

        /** The connection is open; called first, once. */
        void onOpen(WebSocket socket);

        /** A text message. */
        void onText(String message);

        /** A binary message; the bytes belong to the host again when this returns. */
        void onBinary(ByteBuffer message);

        /** The socket is ready again after it was not. */
        void onReady();

        /**
         * The connection has ended; called once, last, whatever the reason.
         *
         * @param code the peer's close code, 1005 when it gave none, 1006 when the connection broke
         */
        void onClose(int code, String reason);
    }
}

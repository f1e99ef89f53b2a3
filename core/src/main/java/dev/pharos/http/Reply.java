package dev.pharos.http;

/**
 * The answer to one request: exactly one of {@link #send}, {@link #stream} and {@link #upgrade} is called, once, on the
 * connection's loop.
 *
 * <p>Requests that a client pipelines are handled side by side; the host puts their answers in order.
 */
public interface Reply {

    /** Sends a whole answer. After the peer has gone this does nothing. */
    void send(Response response);

    /**
     * Begins an answer of open length; its head goes out at once, before any body.
     *
     * @param headers fields beside those of the host
     * @param listener told of readiness and of the end; never called before this returns
     */
    ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener);

    /**
     * Whether a proper handshake on this host would be {@link UpgradeSupport#READY}, whatever this request asks for: what a
     * protocol may promise to a client that has not tried yet.
     */
    boolean speaksWebSocket();

    /** Whether {@link #upgrade} can be called: the host speaks WebSocket and the request is a valid handshake. */
    UpgradeSupport upgradeSupport();

    /**
     * Completes the WebSocket handshake (RFC 6455 section 4.2.2).
     *
     * @throws IllegalStateException if {@link #upgradeSupport()} is not {@link UpgradeSupport#READY}
     */
    void upgrade(WebSocket.Options options, WebSocket.Listener listener);

    /**
     * Registers what to do when the peer disappears before the answer was sent; replaces an earlier one. Called on the
     * loop, at most once, and never after an answer; at once if the peer has gone already. Streams and WebSockets have
     * their own listeners for this.
     */
    void onAbort(Runnable action);

    /** What became of a wish to upgrade. */
    enum UpgradeSupport {
        /** The request does not ask for a WebSocket. */
        NOT_ASKED,
        /** It asks in a way that RFC 6455 does not allow; the answer is 400, or 426 for another version. */
        INVALID,
        /** It asks properly, but this host has no WebSocket; the answer is 501. */
        UNSUPPORTED,
        /** {@link Reply#upgrade} will succeed. */
        READY
    }
}

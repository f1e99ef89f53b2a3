package dev.pharos.http;

/**
 * The body of an answer of open length, written in runs of shared bytes. Used on the connection's loop only.
 *
 * <p>The host holds at most about 64 KB that the peer has not taken: {@link #write} may be called while
 * {@link #ready()}, and one run that goes over the bound is still taken whole. A host ends a stream whose peer has taken
 * nothing for its write deadline.
 */
public interface ResponseStream {

    /**
     * Whether a write is welcome now. When it was false, {@link Listener#onReady} tells of the change. Of a stream that has
     * failed it is false, also before {@link Listener#onClose} has told of that.
     */
    boolean ready();

    /**
     * Writes {@code bytes}; they go out at once, nothing waits for more. After the stream has ended this does nothing.
     */
    void write(Encoded bytes);

    /** Ends the answer cleanly (last chunk, END_STREAM) after what was written. Idempotent. */
    void close();

    /** Told of the life of the stream; called on the connection's loop. */
    interface Listener {

        /** The stream is ready again after it was not. */
        void onReady();

        /**
         * The stream has ended: the peer went away, the deadline passed, or {@link ResponseStream#close} was called.
         * Called exactly once, last, and never from within a call on the stream.
         */
        void onClose();
    }
}

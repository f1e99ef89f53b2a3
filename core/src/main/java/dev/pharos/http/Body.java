package dev.pharos.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The body of a request, pushed to one reader with backpressure.
 *
 * <p>Used on the connection's loop only. Nothing is read, and no {@code 100 Continue} sent, before {@link #read}. A
 * body that nobody reads is drained within a bound, or the connection is closed, by the host once the reply has ended.
 */
public interface Body {

    /** The declared length in bytes, 0 when there is no body, or -1 when it is not known in advance. */
    long length();

    /** Starts reading; may be called once. The reader may be called before this returns. */
    void read(Reader reader);

    /** Stops calls of {@link Reader#onData} soon (what was read already may still come) until {@link #resume}. */
    void pause();

    /** Ends a {@link #pause}. */
    void resume();

    /** Receives a body; called on the connection's loop. After {@link #onEnd} or {@link #onAbort} nothing comes. */
    interface Reader {

        /** Takes the next bytes, which belong to the host again when this returns. */
        void onData(ByteBuffer bytes);

        /** The body is complete. */
        void onEnd();

        /** The body will not become complete: the peer went away, broke the framing, or was too slow. */
        void onAbort(IOException cause);

        /**
         * Whether a body of unknown length may take as long as its peer likes; any other has to come at a pace, where the host
         * has deadlines.
         */
        default boolean isEndless() {
            return false;
        }
    }
}

package dev.pharos.protocol.events;

import dev.pharos.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for what has come of all bodies and lines that are not complete yet, bounded together, so that many slow
 * uploads do not take what the hub lives on. Thread-safe.
 */
final class UploadMemory {

    private static final long LEAST = 4 << 20;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** Room for so many bytes. */
    UploadMemory(long most) {
        this.most = most;
    }

    /** A sixteenth of the heap. */
    static UploadMemory ofHeap() {
        return new UploadMemory(Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16));
    }

    /** Takes room for bytes, if there is enough. */
    boolean take(int bytes) {
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** Gives room back. */
    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }

    /** A body that takes room for what comes until it ends. Used on the body's loop only. */
    final class Metered implements Body {
        private final Body body;
        private final Runnable full;
        private long taken;
        private boolean stopped;

        /**
         * @param full told when there is no room; nothing comes after that
         */
        Metered(Body body, Runnable full) {
            this.body = body;
            this.full = full;
        }

        @Override
        public long length() {
            return body.length();
        }

        @Override
        public void read(Reader reader) {
            body.read(new Reader() {
                @Override
                public void onData(ByteBuffer bytes) {
                    if (stopped) {
                        return;
                    }
                    int length = bytes.remaining();
                    if (take(length)) {
                        taken += length;
                        reader.onData(bytes);
                    } else {
                        stop();
                        full.run();
                    }
                }

                @Override
                public void onEnd() {
                    if (!stopped) {
                        stop();
                        reader.onEnd();
                    }
                }

                @Override
                public void onAbort(IOException cause) {
                    if (!stopped) {
                        stop();
                        reader.onAbort(cause);
                    }
                }
            });
        }

        /** Gives the room back; nothing comes after that. */
        void stop() {
            stopped = true;
            give(taken);
            taken = 0;
        }

        @Override
        public void pause() {
            body.pause();
        }

        @Override
        public void resume() {
            body.resume();
        }
    }
}

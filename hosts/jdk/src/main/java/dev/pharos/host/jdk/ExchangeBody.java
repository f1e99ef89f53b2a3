package dev.pharos.host.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.pharos.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request: one blocking read at a time on a thread of the executor, each asked for by the loop once it
 * is done with the bytes of the one before. A paused body holds no thread.
 */
final class ExchangeBody implements Body {

    /** What the JDK's server gives at most in one read. */
    private static final int BUFFER = 8 * 1024;

    private final HttpExchange exchange;
    private final Loop loop;
    private final Executor threads;
    private final Consumer<IOException> onAbort;
    private final long length;

    // On the loop only.
    private @Nullable Reader reader;
    private boolean paused;
    private boolean reading;
    private boolean done;
    private long received;

    private byte @Nullable [] buffer;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread blocked;

    /** {@code onAbort} is called on the loop after the reader was told. */
    ExchangeBody(HttpExchange exchange, Loop loop, Executor threads, Consumer<IOException> onAbort) {
        this.exchange = exchange;
        this.loop = loop;
        this.threads = threads;
        this.onAbort = onAbort;
        this.length = declaredLength(exchange);
    }

    private static long declaredLength(HttpExchange exchange) {
        if (exchange.getRequestHeaders().containsKey("Transfer-Encoding")) {
            return -1;
        }
        String declared = exchange.getRequestHeaders().getFirst("Content-Length");
        // The server has refused what is no number.
        return declared == null ? 0 : Long.parseLong(declared);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(Reader to) {
        if (reader != null) {
            throw new IllegalStateException("the body is being read already");
        }
        reader = to;
        if (length == 0) {
            done = true;
            loop.execute(to::onEnd);
        } else {
            next();
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        next();
    }

    /** No byte is wanted any more. */
    void stop() {
        done = true;
    }

    /** Ends a read that blocks: the interrupt closes the connection. */
    void interrupt() {
        lock.lock();
        try {
            if (blocked != null) {
                blocked.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private void next() {
        if (reader != null && !paused && !reading && !done) {
            reading = true;
            threads.execute(this::readOnce);
        }
    }

    private void readOnce() {
        byte[] bytes = buffer == null ? new byte[BUFFER] : buffer;
        buffer = bytes;
        blocked(Thread.currentThread());
        try {
            InputStream in = exchange.getRequestBody();
            int count = in.read(bytes, 0, bytes.length);
            loop.tell(() -> take(bytes, count));
        } catch (IOException e) {
            loop.tell(() -> fail(e));
        } catch (RuntimeException e) {
            // The server's own parser trips over some chunk sizes that are none.
            loop.tell(() -> fail(new IOException("the body could not be read", e)));
        } finally {
            blocked(null);
        }
    }

    private void blocked(@Nullable Thread thread) {
        lock.lock();
        try {
            blocked = thread;
        } finally {
            lock.unlock();
        }
    }

    private void take(byte[] bytes, int count) {
        reading = false;
        if (done || reader == null) {
            return;
        }
        if (count >= 0) {
            received += count;
            reader.onData(ByteBuffer.wrap(bytes, 0, count));
            next();
        } else if (length > 0 && received < length) {
            fail(new IOException("the body ended after %d of %d bytes".formatted(received, length)));
        } else {
            done = true;
            reader.onEnd();
        }
    }

    private void fail(IOException cause) {
        reading = false;
        if (done || reader == null) {
            return;
        }
        done = true;
        reader.onAbort(cause);
        onAbort.accept(cause);
    }
}

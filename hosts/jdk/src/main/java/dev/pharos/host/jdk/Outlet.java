package dev.pharos.host.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.pharos.http.Encoded;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of one exchange: what the loop offers, written by the exchange's own thread in blocking calls.
 *
 * <p>What has piled up while one write ran goes out with the next one and one flush. Thread-safe; {@link #run} has one
 * caller. A write that blocks longer than its limit is ended by its {@link Watch}.
 */
final class Outlet {

    /** From here on the stream is not ready. */
    private static final int HIGH = 64 * 1024;
    /** Down to here a stream that was not ready stays so. */
    private static final int LOW = 32 * 1024;
    /** The step in which a write makes progress that the deadline sees. */
    private static final int SLICE = 16 * 1024;

    private final HttpExchange exchange;
    private final Watch watch;
    private final Runnable onReady;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition offered = lock.newCondition();
    private List<Step> queue = new ArrayList<>();
    private long pending;
    private boolean lagging;
    private boolean readyTold;
    private boolean ending;
    private @Nullable IOException failure;

    /** {@code onReady} is run on any thread when the stream is ready again; it then calls {@link #caughtUp}. */
    Outlet(HttpExchange exchange, Watch watch, Runnable onReady) {
        this.exchange = exchange;
        this.watch = watch;
        this.onReady = onReady;
    }

    private sealed interface Step {}

    /** {@code length} as {@link HttpExchange#sendResponseHeaders} takes it: 0 for chunks, -1 for no body. */
    private record Head(int status, long length) implements Step {}

    private record Data(Encoded run) implements Step {}

    private record End() implements Step {}

    void head(int status, long length) {
        offer(new Head(status, length), 0);
    }

    void data(Encoded run) {
        if (run.length() > 0) {
            offer(new Data(run), run.length());
        }
    }

    void end() {
        offer(new End(), 0);
    }

    /** Ends the exchange with its connection, unless an end was offered already. */
    void abort(IOException cause) {
        lock.lock();
        try {
            if (!ending && failure == null) {
                failure = cause;
                offered.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a write is not welcome: too much is pending, or the connection has failed. */
    boolean lagging() {
        lock.lock();
        try {
            return lagging || failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Answers the call of {@code onReady}, on the loop; false if there is nothing to tell. */
    boolean caughtUp() {
        lock.lock();
        try {
            readyTold = false;
            boolean changed = lagging && pending <= LOW && failure == null;
            lagging &= !changed;
            return changed;
        } finally {
            lock.unlock();
        }
    }

    private void offer(Step step, int bytes) {
        lock.lock();
        try {
            if (ending || failure != null) {
                return;
            }
            ending = step instanceof End;
            pending += bytes;
            lagging |= pending >= HIGH;
            queue.add(step);
            if (queue.size() == 1) {
                offered.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Step> take() throws IOException {
        lock.lock();
        try {
            while (queue.isEmpty() && failure == null) {
                offered.await();
            }
            if (failure != null) {
                throw failure;
            }
            List<Step> taken = queue;
            queue = new ArrayList<>();
            return taken;
        } catch (InterruptedException e) {
            throw new IOException("the thread of the exchange was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private void wrote(int bytes) {
        boolean tell;
        lock.lock();
        try {
            pending -= bytes;
            tell = lagging && !readyTold && pending <= LOW;
            readyTold |= tell;
        } finally {
            lock.unlock();
        }
        if (tell) {
            onReady.run();
        }
    }

    /** Writes what is offered, up to the end; an exception means that the connection must not live on. */
    void run() throws IOException {
        try {
            boolean going = true;
            while (going) {
                List<Step> steps = take();
                watch.begin();
                going = write(steps);
                watch.end();
            }
        } catch (IOException e) {
            abort(e);
            throw e;
        } finally {
            watch.end();
        }
    }

    private boolean write(List<Step> steps) throws IOException {
        for (Step step : steps) {
            switch (step) {
                case Head head -> {
                    exchange.sendResponseHeaders(head.status(), head.length());
                    if (head.length() == -1) {
                        return false;
                    }
                }
                case Data data -> write(data.run());
                case End end -> {
                    exchange.getResponseBody().flush();
                    watch.draining();
                    exchange.getResponseBody().close();
                    return false;
                }
            }
        }
        exchange.getResponseBody().flush();
        return true;
    }

    private void write(Encoded run) throws IOException {
        OutputStream out = exchange.getResponseBody();
        for (int at = 0; at < run.length(); at += SLICE) {
            out.write(run.bytes(), at, Math.min(SLICE, run.length() - at));
            watch.progress();
        }
        wrote(run.length());
    }
}

package dev.pharos.host.jdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.pharos.http.Handler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A handler of the JDK's server that carries a Pharos {@link Handler}; it may serve any number of contexts.
 *
 * <p>Made by {@link JdkHost#handler}. Thread-safe. It keeps the server's thread of an exchange until the exchange is
 * over, so the server needs an executor that has one for each: virtual threads. Its loops are daemon threads that
 * begin with the first request and end with {@link #close}.
 */
public final class JdkHandler implements HttpHandler, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(JdkHandler.class.getName());
    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Handler handler;
    private final Duration writeDeadline;
    private final Executor threads;
    private final Loop[] loops;

    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean started;
    private volatile boolean closing;

    JdkHandler(Handler handler, int loopCount, Duration writeDeadline) {
        this.handler = handler;
        this.writeDeadline = writeDeadline;
        this.threads = Threads.executor("pharos-jdk-body");
        this.loops = new Loop[loopCount];
        Duration quarter = writeDeadline.dividedBy(4);
        Duration tick = quarter.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : quarter;
        for (int i = 0; i < loopCount; i++) {
            loops[i] = new Loop("pharos-jdk-" + i, tick, i == 0 ? this::checkDeadlines : () -> {});
        }
    }

    @Override
    public void handle(HttpExchange http) throws IOException {
        if (Thread.currentThread().getName().equals("HTTP-Dispatcher")) {
            refuse(http);
            return;
        }
        start();
        Loop loop = loops[Math.floorMod(http.getRemoteAddress().hashCode(), loops.length)];
        Exchange exchange = new Exchange(http, loop, threads, writeDeadline, System::nanoTime);
        open.add(exchange);
        try {
            if (closing) {
                throw new IOException("the host is closing");
            }
            exchange.run(handler);
        } finally {
            lock.lock();
            try {
                open.remove(exchange);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private static void refuse(HttpExchange http) throws IOException {
        String reason = "The HttpServer has no executor and would stand still: call"
                + " setExecutor(Executors.newVirtualThreadPerTaskExecutor()) before start().";
        LOG.log(System.Logger.Level.ERROR, reason);
        byte[] body = (reason + "\n").getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(500, body.length);
        http.getResponseBody().write(body);
        http.close();
    }

    private void start() {
        lock.lock();
        try {
            if (!started) {
                started = true;
                for (Loop loop : loops) {
                    loop.start();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void checkDeadlines() {
        open.forEach(Exchange::checkDeadline);
    }

    /**
     * Ends what is open: streams cleanly, and what does not end within two seconds hard. The server itself goes on,
     * without an answer to what comes to this handler. Idempotent.
     */
    @Override
    public void close() {
        closing = true;
        start();
        open.forEach(Exchange::shutDown);
        awaitNoneOpen(GRACE);
        open.forEach(Exchange::expireNow);
        awaitNoneOpen(GRACE);
        for (Loop loop : loops) {
            loop.stop();
        }
        try {
            for (Loop loop : loops) {
                loop.awaitEnd(GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitNoneOpen(Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!open.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}

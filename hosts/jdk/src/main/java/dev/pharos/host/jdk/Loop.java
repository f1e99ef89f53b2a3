package dev.pharos.host.jdk;

import dev.pharos.http.EventLoop;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * An event loop: a daemon thread with a queue, shared by many connections.
 *
 * <p>It outlives the exceptions of its tasks. Beside them it runs one thing of its own from time to time.
 */
final class Loop implements EventLoop {

    private static final System.Logger LOG = System.getLogger(Loop.class.getName());

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final long period;
    private final Runnable tick;
    private final Thread thread;
    private volatile boolean stopped;

    /** Runs {@code tick} about every {@code period}. */
    Loop(String name, Duration period, Runnable tick) {
        this.period = period.toNanos();
        this.tick = tick;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Runs what was submitted before, and ends. */
    void stop() {
        tasks.add(() -> stopped = true);
    }

    /** Waits for the end after {@link #stop}. */
    void awaitEnd(Duration atMost) throws InterruptedException {
        if (!inLoop()) {
            thread.join(atMost);
        }
    }

    @Override
    public void execute(Runnable task) {
        if (stopped) {
            throw new RejectedExecutionException("the loop " + thread.getName() + " has stopped");
        }
        tasks.add(task);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    private void run() {
        long next = System.nanoTime() + period;
        while (!stopped) {
            try {
                long now = System.nanoTime();
                if (now - next >= 0) {
                    next = now + period;
                    tick.run();
                }
                Runnable task = tasks.poll(next - now, TimeUnit.NANOSECONDS);
                if (task != null) {
                    task.run();
                }
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} was interrupted, which ends nothing", thread.getName());
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "a task of the loop " + thread.getName() + " failed", e);
            }
        }
    }
}

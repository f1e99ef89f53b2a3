package dev.pharos.testkit;

import dev.pharos.http.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that stands still until a test runs it.
 *
 * <p>Tasks may be submitted from any thread. The thread in {@link #run()} or {@link #runOne()} is the loop's for that
 * time; only one may be at a time. A task's exception goes to the test.
 */
public final class ManualLoop implements EventLoop {

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

    /** A loop without tasks. */
    public ManualLoop() {}

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean inLoop() {
        return runner.get() == Thread.currentThread();
    }

    /** The number of tasks that wait. */
    public int pending() {
        return tasks.size();
    }

    /** Runs the first waiting task; false if there is none. */
    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        within(task);
        return true;
    }

    /** Runs tasks until none waits, and returns how many ran. */
    public int run() {
        int ran = 0;
        while (runOne()) {
            ran++;
        }
        return ran;
    }

    /** Runs something as if it were the task of this turn, without what waits. */
    public void within(Runnable task) {
        if (inLoop()) {
            task.run();
            return;
        }
        if (!runner.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException("the loop runs on another thread already: " + runner.get());
        }
        try {
            task.run();
        } finally {
            runner.set(null);
        }
    }
}

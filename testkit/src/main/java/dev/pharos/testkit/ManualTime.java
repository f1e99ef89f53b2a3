package dev.pharos.testkit;

import dev.pharos.hub.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler whose time stands still until a test moves it.
 *
 * <p>It begins before zero, as {@link System#nanoTime()} may. Thread-safe; tasks run on the thread that moves the time,
 * in the order they are due, and those due at once in the order they came.
 */
public final class ManualTime implements Scheduler {

    private record Task(long due, long number, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private long now = -5_000_000_123L;
    private long count;

    /** A time with nothing to do. */
    public ManualTime() {}

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void schedule(long delayMillis, Runnable task) {
        tasks.add(new Task(now + delayMillis * 1_000_000, count++, task));
    }

    /** Lets time pass, and runs what falls into it at its time. */
    public void pass(Duration duration) {
        pass(duration, () -> {});
    }

    /** Lets time pass, and runs what falls into it at its time; after each task {@code settle} does what it caused. */
    public void pass(Duration duration, Runnable settle) {
        long end = nanoTime() + duration.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            task.work.run();
            settle.run();
        }
    }

    /** Lets time pass as if the machine slept: what was due meanwhile runs at the end. */
    public void sleep(Duration duration) {
        synchronized (this) {
            now += duration.toNanos();
        }
        pass(Duration.ZERO);
    }

    /** The next task that is due until then; without one, it is that time. */
    private synchronized @Nullable Task next(long end) {
        Task first = tasks.peek();
        if (first == null || first.due > end) {
            now = end;
            return null;
        }
        now = Math.max(now, first.due);
        return tasks.remove();
    }
}

package dev.pharos.protocol.events;

import dev.pharos.hub.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so: tasks run in the order they are due. Thread-safe. */
final class VirtualTime implements Scheduler {

    private record Task(long due, long number, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private long now;
    private long count;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void schedule(long delayMillis, Runnable task) {
        tasks.add(new Task(now + delayMillis * 1_000_000, count++, task));
    }

    /** Lets time pass; after each task {@code settle} does what the task caused. */
    void pass(Duration duration, Runnable settle) {
        long end = nanoTime() + duration.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            task.work.run();
            settle.run();
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Task next(long end) {
        Task first = tasks.peek();
        if (first == null || first.due > end) {
            return null;
        }
        tasks.remove();
        now = Math.max(now, first.due);
        return first;
    }
}

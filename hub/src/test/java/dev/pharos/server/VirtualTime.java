package dev.pharos.server;

import dev.pharos.hub.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Time that stands still until it is moved. Thread-safe; tasks run on the thread that moves it, outside the lock. */
final class VirtualTime implements Scheduler {

    private final Queue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::due));
    private long now = Duration.ofDays(1).toNanos();

    private record Task(long due, Runnable action) {}

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void schedule(long delayMillis, Runnable task) {
        tasks.add(new Task(now + Duration.ofMillis(delayMillis).toNanos(), task));
    }

    /** Moves the time on and runs what is due at its end, oldest first; what that schedules has to wait for the next move. */
    void advance(Duration duration) {
        synchronized (this) {
            now += duration.toNanos();
        }
        long until = nanoTime();
        for (Task task = due(until); task != null; task = due(until)) {
            task.action.run();
        }
    }

    private synchronized @Nullable Task due(long until) {
        Task next = tasks.peek();
        return next != null && next.due <= until ? tasks.poll() : null;
    }
}

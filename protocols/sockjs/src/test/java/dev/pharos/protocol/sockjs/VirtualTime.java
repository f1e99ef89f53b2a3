package dev.pharos.protocol.sockjs;

import dev.pharos.hub.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so. Thread-safe. */
final class VirtualTime implements Scheduler {

    private record Due(long nanos, long order, Runnable task) {}

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
    private long now;
    private long order;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void schedule(long delayMillis, Runnable task) {
        queue.add(new Due(now + delayMillis * 1_000_000, order++, task));
    }

    /** Lets time pass and runs what becomes due meanwhile. */
    void pass(Duration duration) {
        long end = nanoTime() + duration.toNanos();
        for (Due due = next(end); due != null; due = next(end)) {
            due.task.run();
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Due next(long end) {
        Due first = queue.peek();
        if (first == null || first.nanos > end) {
            now = end;
            return null;
        }
        now = Math.max(now, first.nanos);
        return queue.remove();
    }
}

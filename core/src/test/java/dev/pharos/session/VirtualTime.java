package dev.pharos.session;

import dev.pharos.hub.Scheduler;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so. */
final class VirtualTime implements Scheduler {

    private record Later(long at, long order, Runnable task) {}

    private final PriorityQueue<Later> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Later::at).thenComparingLong(Later::order));
    private long nanos = -5_000_000_123L;
    private long order;

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void schedule(long delayMillis, Runnable task) {
        waiting.add(new Later(nanos + delayMillis * 1_000_000, order++, task));
    }

    /** Whether nothing waits for its time. */
    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Lets time pass, and runs what falls into it at its time; after each task {@code settle} does what it caused. */
    void pass(long millis, Runnable settle) {
        long until = nanos + millis * 1_000_000;
        while (!waiting.isEmpty() && waiting.peek().at <= until) {
            Later next = waiting.remove();
            nanos = Math.max(nanos, next.at);
            next.task.run();
            settle.run();
        }
        nanos = until;
    }
}

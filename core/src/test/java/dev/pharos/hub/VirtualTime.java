package dev.pharos.hub;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so. */
final class VirtualTime implements Scheduler {

    private record Later(long at, long order, Runnable task) {}

    private final PriorityQueue<Later> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Later::at).thenComparingLong(Later::order));
    private long nanos;
    private long order;

    VirtualTime() {
        this(-5_000_000_123L);
    }

    VirtualTime(long nanos) {
        this.nanos = nanos;
    }

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

    /** Lets time pass, and runs what falls into it at its time. */
    void pass(long millis) {
        long until = nanos + millis * 1_000_000;
        while (!waiting.isEmpty() && waiting.peek().at <= until) {
            Later next = waiting.remove();
            nanos = Math.max(nanos, next.at);
            next.task.run();
        }
        nanos = until;
    }

    /** Lets time pass as if the machine slept: what was due meanwhile runs at the end. */
    void sleep(long millis) {
        nanos += millis * 1_000_000;
        pass(0);
    }
}

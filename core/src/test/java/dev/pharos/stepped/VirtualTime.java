package dev.pharos.stepped;

import dev.pharos.hub.Scheduler;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so. */
public final class VirtualTime implements Scheduler {

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
    public boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Lets time pass, and runs what falls into it at its time. */
    public void pass(long millis) {
        pass(millis, () -> {});
    }

    /** Lets time pass, and runs what falls into it at its time; after each task {@code settle} does what it caused. */
    public void pass(long millis, Runnable settle) {
        long until = nanos + millis * 1_000_000;
        while (!waiting.isEmpty() && waiting.peek().at <= until) {
            Later next = waiting.remove();
            nanos = Math.max(nanos, next.at);
            next.task.run();
            settle.run();
        }
        nanos = until;
    }

    /** Lets time pass as if the machine slept: what was due meanwhile runs at the end. */
    public void sleep(long millis) {
        nanos += millis * 1_000_000;
        pass(0);
    }
}

package dev.pharos.hub;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The passage of time: tells it and runs tasks later. A virtual one makes a quiet day pass in no time. */
public interface Scheduler {

    /** The time in nanoseconds from an arbitrary origin; never goes back. */
    long nanoTime();

    /** Runs {@code task} once after a delay, on a thread of the scheduler; the task is short. */
    void schedule(long delayMillis, Runnable task);

    /** The machine's time, on one daemon thread. */
    static Scheduler system() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pharos-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return new Scheduler() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void schedule(long delayMillis, Runnable task) {
                timer.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
            }
        };
    }
}

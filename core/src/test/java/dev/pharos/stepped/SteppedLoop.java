package dev.pharos.stepped;

import dev.pharos.http.EventLoop;
import java.util.ArrayDeque;

/** An event loop that runs a task when a test says so. */
public final class SteppedLoop implements EventLoop {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean inLoop() {
        return running;
    }

    /** Whether no task waits. */
    public boolean isIdle() {
        return tasks.isEmpty();
    }

    /** Runs the next task; false if there is none. */
    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        within(task);
        return true;
    }

    /** Runs tasks until none waits. */
    public void runAll() {
        while (runOne()) {
            // until none is left
        }
    }

    /** Runs something as if it were a task, now. */
    public void within(Runnable task) {
        boolean before = running;
        running = true;
        try {
            task.run();
        } finally {
            running = before;
        }
    }
}

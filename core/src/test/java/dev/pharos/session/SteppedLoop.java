package dev.pharos.session;

import dev.pharos.http.EventLoop;
import java.util.ArrayDeque;

/** An event loop that runs a task when a test says so. */
final class SteppedLoop implements EventLoop {

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

    /** Runs the next task; false if there is none. */
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        within(task);
        return true;
    }

    void run() {
        while (runOne()) {
            // until none is left
        }
    }

    /** Runs something as if it were a task, now. */
    void within(Runnable task) {
        boolean before = running;
        running = true;
        try {
            task.run();
        } finally {
            running = before;
        }
    }
}

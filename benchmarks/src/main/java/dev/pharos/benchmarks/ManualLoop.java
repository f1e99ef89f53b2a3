package dev.pharos.benchmarks;

import dev.pharos.http.EventLoop;
import java.util.ArrayDeque;

/** An event loop that runs its tasks when told to, on the benchmark's thread. */
final class ManualLoop implements EventLoop {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}

package dev.pharos.hub;

import dev.pharos.http.EventLoop;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The hub's own event loop, for readers that come from no host: a daemon thread that exists while there is something to do. */
final class ReaderLoop implements EventLoop {

    private volatile @Nullable Thread thread;

    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ReaderLoop::daemon) {
                @Override
                protected void beforeExecute(Thread runner, Runnable task) {
                    thread = runner;
                }
            };

    ReaderLoop() {
        executor.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable work) {
        Thread created = new Thread(work, "pharos-readers");
        created.setDaemon(true);
        return created;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs what was submitted before, and nothing more. */
    void stop() {
        executor.shutdown();
    }
}

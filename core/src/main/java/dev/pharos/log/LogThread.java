package dev.pharos.log;

/** A thread of a log's own, which keeps no process from ending. */
final class LogThread {

    private final Thread thread;

    LogThread(Runnable work, String name) {
        thread = new Thread(work, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits for its end; an interrupt meanwhile ends no waiting, and is passed on behind it. */
    void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

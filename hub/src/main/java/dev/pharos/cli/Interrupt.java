package dev.pharos.cli;

import java.util.concurrent.Callable;

/**
 * What is still to be done when the process is told to end (Ctrl-C, SIGTERM, SIGHUP) during a piece of work.
 *
 * <p>The process ends when that is done, with 128 and the signal's number, as people and shells expect of a filter.
 */
final class Interrupt {

    private Interrupt() {}

    /** Does {@code work}; if the process is told to end meanwhile, {@code last} is run beside it. */
    static <T> T during(Callable<T> work, Last last) throws Exception {
        Thread hook = new Thread(
                () -> {
                    try {
                        last.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "pharos-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending already: the hook runs or has run
            }
        }
    }

    /** Work that may be interrupted. */
    @FunctionalInterface
    interface Last {
        void run() throws InterruptedException;
    }
}

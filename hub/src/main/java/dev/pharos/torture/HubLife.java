package dev.pharos.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A hub in a process of its own, from its start to its end. What it prints goes to a file. */
final class HubLife implements AutoCloseable {

    private static final String READY = "is ready at";
    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final Path output;
    private final Thread killer;

    /**
     * Starts a hub.
     *
     * @param launcher what begins the command line, before {@code serve}
     */
    HubLife(List<String> launcher, List<String> arguments, Path output) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add("serve");
        command.addAll(arguments);
        this.output = output;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        // Nobody else would end it when this process is stopped.
        killer = new Thread(process::destroyForcibly, "pharos-torture-end");
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** Waits until it takes connections; a hub that does not is a violation. */
    void awaitReady(Ledger ledger) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!said().contains(READY)) {
            checkAlive();
            if (System.nanoTime() > end) {
                throw new Violation("the hub was not ready after " + START_SECONDS + " s: " + said());
            }
            ledger.pause(10);
        }
    }

    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new Violation(
                    "the hub ended by itself with exit code " + process.exitValue() + ": " + said().strip());
        }
    }

    private String said() throws IOException {
        return Files.readString(output);
    }

    /** Asks it to stop with SIGTERM; whether it did so in good order. */
    boolean terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new Violation("the hub did not stop within " + STOP_SECONDS + " s of SIGTERM");
        }
        return process.exitValue() == 0;
    }

    /** Ends it as {@code kill -9} does, if it has not ended. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException stopping) {
            // Then it does no harm either.
        }
    }
}

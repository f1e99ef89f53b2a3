package dev.pharos.cli;

import dev.pharos.server.Server;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a server in the foreground until the process is told to stop.
 *
 * <p>Ctrl-C and SIGTERM close the server and end the process with 0: a stop that was asked for is no failure.
 */
final class Foreground {

    private static final long CLOSE_SECONDS = 3;

    private Foreground() {}

    /**
     * Starts a server, tells {@code welcome} where it is, and stays.
     *
     * @return 1 when it could not be started; else this does not return, the process ends
     */
    static <O> int run(
            Server.Starter<O> starter, O options, Terminal terminal, BiConsumer<InetSocketAddress, Terminal> welcome)
            throws InterruptedException {
        Server server;
        try {
            server = starter.start(options);
        } catch (IOException e) {
            terminal.accept(reason(e, options));
            return 1;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(close(server, terminal)), "pharos-stop"));
        welcome.accept(server.address(), terminal);
        new CountDownLatch(1).await();
        return 0;
    }

    private static int close(Server server, Terminal terminal) {
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = new Thread(
                () -> {
                    server.close();
                    closed.countDown();
                },
                "pharos-drain");
        closing.setDaemon(true);
        closing.start();
        try {
            if (closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                return 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        terminal.accept("stopped without an orderly end: not every stream was closed within " + CLOSE_SECONDS + " s");
        return 1;
    }

    private static String reason(IOException e, Object options) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "cannot listen: " + cause.getMessage() + ". Is a hub running there already? --listen takes"
                        + " another address, and port 0 any free port";
            }
        }
        return "cannot start: " + (e.getMessage() == null ? e : e.getMessage()) + " (" + options + ")";
    }
}

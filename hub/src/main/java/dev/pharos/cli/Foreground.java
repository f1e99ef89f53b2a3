package dev.pharos.cli;

import dev.pharos.log.LogException;
import dev.pharos.server.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Runs a server in the foreground until the process is told to stop.
 *
 * <p>Ctrl-C and SIGTERM close the server and end the process with 0: a stop that was asked for is no failure.
 */
final class Foreground {

    private Foreground() {}

    /**
     * Starts a server that shall listen on {@code wanted}, tells {@code welcome} where it is, and stays.
     *
     * @return 1 when it could not be started; else this does not return, the process ends
     */
    static <O> int run(
            Server.Starter<O> starter,
            O options,
            InetSocketAddress wanted,
            Terminal terminal,
            BiConsumer<InetSocketAddress, Terminal> welcome)
            throws InterruptedException {
        Server server;
        try {
            server = starter.start(options);
        } catch (LogException e) {
            terminal.accept(String.valueOf(e.getMessage()));
            return 1;
        } catch (IOException e) {
            terminal.accept(reason(e, wanted));
            return 1;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(close(server, terminal)), "pharos-stop"));
        if (server.isReloadable()) {
            Hangup.run(server::reload);
        }
        welcome.accept(server.address(), terminal);
        new CountDownLatch(1).await();
        return 0;
    }

    private static int close(Server server, Terminal terminal) {
        Duration patience = server.closesWithin();
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
            if (closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        terminal.accept(
                "stopped without an orderly end: not every stream was closed within " + patience.toMillis() + " ms");
        return 1;
    }

    private static String reason(IOException e, InetSocketAddress wanted) {
        String why = "cannot listen on " + wanted.getAddress().getHostAddress() + " port " + wanted.getPort() + ": "
                + (e.getMessage() == null ? e : e.getMessage());
        return why.contains("in use")
                ? why + ". Is a hub running there already? --listen takes another address, and port 0 any free port"
                : why;
    }
}

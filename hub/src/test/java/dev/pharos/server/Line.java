package dev.pharos.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line to a hub that can be cut, and led to another one: a proxy of plain TCP. Thread-safe. */
final class Line implements Closeable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private volatile int to;

    /** Leads to a port of this machine. */
    Line(int to) throws IOException {
        this.to = to;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Where connections go from now on; those that are there stay. */
    void leadTo(int port) {
        to = port;
    }

    /** Breaks all that goes through it. */
    void cut() {
        ends.forEach(Line::end);
        ends.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> lead(client));
            } catch (IOException over) {
                return;
            }
        }
    }

    private void lead(Socket client) {
        try (client;
                Socket hub = new Socket(InetAddress.getLoopbackAddress(), to)) {
            ends.add(client);
            ends.add(hub);
            Thread back = Thread.ofVirtual().start(() -> copy(hub, client));
            copy(client, hub);
            back.join();
            ends.remove(client);
            ends.remove(hub);
        } catch (IOException refused) {
            // the client sees its end
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket into) {
        try {
            from.getInputStream().transferTo(into.getOutputStream());
        } catch (IOException broken) {
            // as it was meant to
        } finally {
            end(from);
            end(into);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}

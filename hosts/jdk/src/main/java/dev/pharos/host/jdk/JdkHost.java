package dev.pharos.host.jdk;

import com.sun.net.httpserver.HttpServer;
import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A host on the JDK's own HTTP server, {@code com.sun.net.httpserver}: in a server that exists already by
 * {@link #handler}, or on its own by {@link #builder}.
 *
 * <p>Thread-safe. Each exchange keeps one thread of the server's executor, which does the blocking writes; all calls of
 * a protocol happen on a few event loops. A peer that takes nothing for the write deadline is ended.
 *
 * <p>What the server does not let a host do: WebSocket (an upgrade is {@code UNSUPPORTED}); notice that a peer has gone
 * before a write fails; hand on a pipelined request before the one before is answered; hold {@code 100 Continue} back;
 * answer 414 or 431 (it closes the connection, limits are system properties); keep the order of fields of different
 * names. {@code docs/host-jdk.md} tells it in full.
 */
public final class JdkHost implements Host {

    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final JdkHandler handler;

    private JdkHost(HttpServer server, JdkHandler handler) {
        this.server = server;
        this.handler = handler;
    }

    /**
     * A handler for contexts of a server that exists already. The server must have an executor that gives each exchange
     * a thread of its own: {@code setExecutor(Executors.newVirtualThreadPerTaskExecutor())}.
     */
    public static JdkHandler handler(Handler handler) {
        return builder(handler).handler();
    }

    /** A server of its own that gives every request to one handler. */
    public static Builder builder(Handler handler) {
        return new Builder(handler);
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        handler.close();
        server.stop(0);
    }

    /** What a host is made of. Not thread-safe. */
    public static final class Builder {

        private final Handler handler;
        private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private int loops = 1;
        private Duration writeDeadline = Duration.ofSeconds(60);
        private @Nullable Executor executor;

        private Builder(Handler handler) {
            this.handler = handler;
        }

        /** Where to listen; port 0 lets the system choose. By default that, on the loopback address. */
        public Builder address(InetSocketAddress to) {
            address = to;
            return this;
        }

        /** The number of event loops; by default 1. */
        public Builder loops(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("at least 1 event loop, but there are " + count);
            }
            loops = count;
            return this;
        }

        /** How long a peer may take nothing of what is written before it is ended; by default 60 s. */
        public Builder writeDeadline(Duration deadline) {
            if (deadline.toMillis() < 1) {
                throw new IllegalArgumentException("a write deadline of at least 1 ms, but it is " + deadline);
            }
            writeDeadline = deadline;
            return this;
        }

        /**
         * The threads of the exchanges, one each while it lasts; not shut down by the host. By default virtual threads,
         * and on Java 21 to 23, where those would hold their carriers, as many platform threads as it takes.
         */
        public Builder executor(Executor threads) {
            executor = threads;
            return this;
        }

        /** A handler for contexts of another server; address and executor are that server's affair. */
        public JdkHandler handler() {
            return new JdkHandler(handler, loops, writeDeadline);
        }

        /**
         * Starts listening. Sets the system property {@code sun.net.httpserver.nodelay} to {@code true} if it is not set:
         * the server reads it once, and without it small writes wait for the peer's acknowledgement.
         *
         * @throws UncheckedIOException if the address cannot be listened on
         */
        public JdkHost start() {
            if (System.getProperty("sun.net.httpserver.nodelay") == null) {
                System.setProperty("sun.net.httpserver.nodelay", "true");
            }
            try {
                HttpServer server = HttpServer.create(address, BACKLOG);
                JdkHandler carrier = handler();
                server.setExecutor(executor == null ? Threads.executor("pharos-jdk-exchange") : executor);
                server.createContext("/", carrier);
                server.start();
                return new JdkHost(server, carrier);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on " + address, e);
            }
        }
    }
}

package dev.pharos.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A server that runs in this process until it is closed. */
public interface Server extends AutoCloseable {

    /** Where it listens, with the real port also when it was started on port 0. */
    InetSocketAddress address();

    /** Reads again, soon, what can change while it runs; told by the log. Does nothing where there is no such thing. */
    default void reload() {}

    /** Whether {@link #reload} does anything. */
    default boolean isReloadable() {
        return false;
    }

    /** After how long {@link #close} has returned, when all goes well. */
    default Duration closesWithin() {
        return Duration.ofSeconds(3);
    }

    /** Stops accepting, ends every stream cleanly, and returns when all is closed. */
    @Override
    void close();

    /**
     * Starts servers of one kind.
     *
     * @param <O> the options it takes
     */
    @FunctionalInterface
    interface Starter<O> {

        /** Starts one; when this returns, it takes connections. */
        Server start(O options) throws IOException;
    }
}

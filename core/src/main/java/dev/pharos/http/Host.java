package dev.pharos.http;

/**
 * A running HTTP server that carries a {@link Handler}.
 */
public interface Host extends AutoCloseable {

    /** The port it listens on, also when it was started on port 0. */
    int port();

    /** Stops accepting, ends what is still open, and returns when all is closed. Idempotent. */
    @Override
    void close();
}

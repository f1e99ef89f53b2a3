package dev.pharos.http;

import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of one HTTP request, and access to its body.
 *
 * <p>Valid until its reply has ended; used on its {@link #loop()} only.
 */
public interface Request {

    /** The method as sent, such as {@code GET}. */
    String method();

    /** The path as sent, percent-encoded, beginning with {@code /}; without the query. */
    String path();

    /** What follows the first {@code ?} of the request target as sent, or null when there is none. */
    @Nullable
    String query();

    /** The first field of this name (any case), or null. */
    @Nullable
    String header(String name);

    /** All fields of this name (any case) in the order sent. */
    List<String> headers(String name);

    /** The peer's address as the socket tells it. */
    SocketAddress remoteAddress();

    /** The address this request came in at. */
    SocketAddress localAddress();

    /** The body; empty when the request has none. */
    Body body();

    /** The loop of this request's connection. */
    EventLoop loop();
}

package dev.pharos.http;

/**
 * A protocol's entrance: answers requests.
 *
 * <p>Called on the request's {@link EventLoop} once the head of the request has arrived; must not block. It answers by
 * exactly one call on the {@link Reply}, then or later, always on the loop. An exception becomes a 500.
 */
@FunctionalInterface
public interface Handler {

    /** Answers {@code request} through {@code reply}. */
    void handle(Request request, Reply reply);
}

package dev.pharos.sse;

/** The peer sends an event stream that goes over a bound; the message names what, and the limit. */
public final class SseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what went over which limit. */
    public SseException(String message) {
        super(message);
    }
}

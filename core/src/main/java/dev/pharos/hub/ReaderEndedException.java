package dev.pharos.hub;

/** A {@link BlockingReader} gives no more: it was closed, or the hub is overloaded or stopping. Its reader may begin anew. */
public final class ReaderEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says why. */
    public ReaderEndedException(String message) {
        super(message);
    }
}

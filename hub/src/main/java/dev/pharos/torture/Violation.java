package dev.pharos.torture;

/** A promise that was broken; the message says which, for whom and where. */
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }

    Violation(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.pharos.auth.jwt;

/** Whoever configured a key must correct it; the message says how and never holds the key. */
public final class KeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public KeyException(String message) {
        super(message);
    }
}

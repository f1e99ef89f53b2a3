package dev.pharos.auth;

/**
 * A request is not permitted. The message is a sentence for whoever sent it and never holds a token.
 *
 * <p>Without a stack: it says something about the client, not about the program.
 */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why, in the terms of RFC 6750 section 3.1. */
    public enum Reason {
        /** There is no token, and it takes one. */
        MISSING,
        /** The token is malformed, expired, not for this hub, or not signed by a trusted key. */
        INVALID_TOKEN,
        /** The token is good and does not grant this. */
        INSUFFICIENT,
        /** The request is malformed where it should hold a token. */
        INVALID_REQUEST,
        /** Too many or too often; it may come again later. */
        LIMITED,
        /** It cannot be judged at this moment, through no fault of the client. */
        UNAVAILABLE
    }

    private final Reason reason;
    private final int retryAfterSeconds;

    /** Refuses for good. */
    public RefusedException(Reason reason, String sentence) {
        this(reason, sentence, 0);
    }

    /** Refuses for now. */
    public RefusedException(Reason reason, String sentence, int retryAfterSeconds) {
        super(sentence, null, false, false);
        this.reason = reason;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** After how many seconds it may come again, or 0 when nothing is known about that. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** What to tell the client. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}

package dev.pharos.log;

/** The log cannot do what was asked, through no fault of the caller; the message says why and what helps. */
public class LogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what happened. */
    public LogException(String message) {
        super(message);
    }

    /** Says what happened, and through what. */
    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}

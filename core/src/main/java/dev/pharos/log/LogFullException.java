package dev.pharos.log;

/** There is no space for more events; nothing of what was to be appended was kept, and a later try may succeed. */
public final class LogFullException extends LogException {

    private static final long serialVersionUID = 1L;

    /** Says where space is missing, and through what that was noticed. */
    public LogFullException(String message, Throwable cause) {
        super(message, cause);
    }
}

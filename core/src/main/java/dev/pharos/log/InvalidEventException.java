package dev.pharos.log;

/** The publisher must correct its event; the message says how. */
public final class InvalidEventException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /** Names the offending field. */
    public InvalidEventException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** The field of the event that is wrong. */
    public String field() {
        return field;
    }
}

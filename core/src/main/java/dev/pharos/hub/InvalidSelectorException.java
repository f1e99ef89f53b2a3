package dev.pharos.hub;

/** The subscriber must correct its selectors; the message says how. */
public final class InvalidSelectorException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong and what the limit is. */
    public InvalidSelectorException(String message) {
        super(message);
    }
}

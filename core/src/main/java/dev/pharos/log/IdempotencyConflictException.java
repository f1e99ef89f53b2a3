package dev.pharos.log;

/** The publisher has used an idempotency key for two different events; it must choose another key. */
public final class IdempotencyConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int index;

    /** Tells which of the events that were to be appended, from 0, has the key of a different one. */
    public IdempotencyConflictException(int index) {
        super("the idempotency key was used before, for an event with another content");
        this.index = index;
    }

    /** The place of the event among those that were to be appended, from 0. */
    public int index() {
        return index;
    }
}

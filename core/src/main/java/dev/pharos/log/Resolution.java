package dev.pharos.log;

/** What becomes of a reader that comes with a cursor. */
public sealed interface Resolution {

    /** Where the reader continues: it gets what is behind this position. */
    long from();

    /**
     * Nothing was lost: every event behind the cursor that the reader could match is kept.
     */
    record Resumed(long from) implements Resolution {}

    /**
     * Something may be missing.
     *
     * @param from the oldest kept position of the same log, or its end when the cursor is of no use here
     * @param reason why, in a few words for people
     */
    record Lost(long from, String reason) implements Resolution {}
}

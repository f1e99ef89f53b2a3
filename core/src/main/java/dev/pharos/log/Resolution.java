package dev.pharos.log;

/** What becomes of a reader that comes with a cursor. */
public sealed interface Resolution {

    /** Where the reader continues: it gets what is kept behind this position. */
    long from();

    /**
     * Nothing was lost: every event behind the cursor that the reader could match is kept.
     */
    record Resumed(long from) implements Resolution {}

    /**
     * Something may be missing.
     *
     * @param from the cursor itself when only some of what follows it was dropped, else the end of the log
     * @param floor the last dropped position that the reader could have matched, or 0 when the cursor is of no use here
     * @param reason why, in a few words for people
     */
    record Lost(long from, long floor, String reason) implements Resolution {}
}

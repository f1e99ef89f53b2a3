package dev.pharos.conformance;

/**
 * What came of a check.
 *
 * @param detail what was wrong, or why it was not found out; empty if it passed
 */
public record Result(Check check, Outcome outcome, String detail) {

    /** How it came out. */
    public enum Outcome {
        /** As the protocol wants it. */
        PASSED,
        /** Otherwise. */
        FAILED,
        /** Not found out, since something is missing here. */
        SKIPPED,
        /** Not found out, since the hub lets nobody in without a token and there is no key for one. */
        REFUSED
    }
}

package dev.pharos.log;

/** How to find something in a segment without reading it whole. Names and topics are known by their {@link Hashes}. */
sealed interface SegmentIndex permits OpenIndex, SealedIndex {

    /** The offset of a batch at or before the one with a position, near it. */
    long offsetOf(long position);

    /**
     * The positions behind {@code after} of the events with a topic, in ascending order, and maybe some others; or null
     * when there are so many that reading all is as good.
     */
    long @org.jspecify.annotations.Nullable [] positions(long topic, long after);

    /** The position of the earliest event with an id or idempotency key, or 0; to be checked against the event. */
    long find(long name);

    /** The number of events. */
    long events();

    /** The time of the newest event, or 0. */
    long newest();
}

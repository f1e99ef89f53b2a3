package dev.pharos.torture;

import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Thread-safe. */
public final class Counts {

    final LongAdder rounds = new LongAdder();
    final LongAdder kills = new LongAdder();
    final LongAdder terminations = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder repeats = new LongAdder();
    final LongAdder deliveries = new LongAdder();
    final LongAdder connections = new LongAdder();
    final LongAdder resumes = new LongAdder();
    final LongAdder losses = new LongAdder();
    final LongAdder untimely = new LongAdder();
    final LongAdder bytesThrownAway = new LongAdder();
    final LongAdder bytesTorn = new LongAdder();
    final LongAdder bitsFlipped = new LongAdder();
    final LongAdder slotsSpoilt = new LongAdder();
    final LongAdder namesLost = new LongAdder();

    Counts() {}

    /** How often a hub was killed. */
    public long kills() {
        return kills.sum();
    }

    /** How many events were acknowledged. */
    public long acknowledged() {
        return acknowledged.sum();
    }

    /** How often an event came to a reader. */
    public long deliveries() {
        return deliveries.sum();
    }

    /** How often a reader was told that it had lost something. */
    public long losses() {
        return losses.sum();
    }

    @Override
    public String toString() {
        return "%,d kills and %,d SIGTERMs in %,d rounds; %,d events acknowledged, %,d retries, %,d sent again; "
                        .formatted(
                                kills.sum(),
                                terminations.sum(),
                                rounds.sum(),
                                acknowledged.sum(),
                                retries.sum(),
                                repeats.sum())
                + "%,d deliveries over %,d connections, %,d resumed, %,d told lost; "
                        .formatted(deliveries.sum(), connections.sum(), resumes.sum(), losses.sum())
                + "something unsynced %,d times: %,d bytes thrown away, %,d torn off, %,d bits flipped, %,d slots spoilt, %,d names lost"
                        .formatted(
                                untimely.sum(),
                                bytesThrownAway.sum(),
                                bytesTorn.sum(),
                                bitsFlipped.sum(),
                                slotsSpoilt.sum(),
                                namesLost.sum());
    }
}

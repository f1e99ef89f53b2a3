package dev.pharos.bench;

import org.HdrHistogram.Histogram;

/** What the readers of one pass got, against what was published. Not thread-safe. */
public final class Tally {

    private final Plan plan;
    private final long published;
    private final Histogram micros = new Histogram(Readers.LONGEST_MICROS, 3);
    private long delivered;
    private long repeated;
    private long missing;

    Tally(Plan plan, long published) {
        this.plan = plan;
        this.published = published;
    }

    void add(int topic, long count, long again) {
        delivered += count;
        repeated += again;
        missing += plan.share(topic, published) - count;
    }

    /** From sending to reading, in microseconds. */
    public Histogram micros() {
        return micros;
    }

    /** Deliveries, each event and reader once. */
    public long delivered() {
        return delivered;
    }

    /** Deliveries of an event to a reader that had it already. */
    public long repeated() {
        return repeated;
    }

    /** Deliveries that should have been. */
    public long missing() {
        return missing;
    }
}

package dev.pharos.hub;

/**
 * What one lane counts. Written by the lane's thread only and read by others now and then, who may see values a moment
 * old.
 */
final class Counters {

    private static final long SPAN_NANOS = 10_000_000_000L;

    long deliveries;
    long deliveredBytes;
    long lost;
    /** Times a live subscriber fell out of its window. */
    long slides;
    /** Times an audience was not given events, since too much was on its way. */
    long overruns;

    int lagging;
    private volatile Delays delays = new Delays(Long.MIN_VALUE, 0, 0);

    /** The longest delay in one span of time, which has a number, and in the one before it. */
    private record Delays(long span, long slowest, long before) {}

    void delivered(int events, int bytes) {
        deliveries += events;
        deliveredBytes += bytes;
    }

    /** A lane that was woken has run, so much later. */
    void delay(long nanos, long now) {
        Delays known = delays;
        long span = span(now);
        if (span != known.span) {
            delays = new Delays(span, nanos, span == known.span + 1 ? known.slowest : 0);
        } else if (nanos > known.slowest) {
            delays = new Delays(span, nanos, known.before);
        }
    }

    /** The longest delay of the last 10 to 20 seconds; changes nothing, so that any number may ask. */
    long slowestDelay(long now) {
        Delays known = delays;
        long span = span(now);
        if (span == known.span) {
            return Math.max(known.slowest, known.before);
        }
        return span == known.span + 1 ? known.slowest : 0;
    }

    private static long span(long nanos) {
        return Math.floorDiv(nanos, SPAN_NANOS);
    }
}

package dev.pharos.hub;

/**
 * What one lane counts. Written by the lane's thread only and read by others now and then, who may see values a moment
 * old.
 */
final class Counters {

    long deliveries;
    long deliveredBytes;
    long lost;
    /** Times a live subscriber fell out of its window. */
    long slides;
    /** Times an audience was not given events, since too much was on its way. */
    long overruns;

    int lagging;
    private long slowestPassNanos;

    void delivered(int events, int bytes) {
        deliveries += events;
        deliveredBytes += bytes;
    }

    void delay(long nanos) {
        if (nanos > slowestPassNanos) {
            slowestPassNanos = nanos;
        }
    }

    long takeSlowestDelay() {
        long nanos = slowestPassNanos;
        slowestPassNanos = 0;
        return nanos;
    }
}

package dev.pharos.host.netty;

import java.time.Duration;

/**
 * The bounds of a host: sizes in bytes, times in nanoseconds.
 *
 * @param requestLine the longest request line; above it 414
 * @param headers the most bytes of header lines; above it 431
 * @param connections the most connections at once; above it 503
 * @param pipelined the most requests of one connection that are unanswered; above it the host stops reading
 * @param pending what a connection may hold of output before it is no longer ready
 * @param held what a connection may hold of input that cannot be looked at yet
 * @param drain what is read and thrown away of a request nobody wants
 * @param drainNanos how long a peer may send nothing of it, or not end the connection; all together as long as a head
 * @param headNanos from the first byte of a request to the end of its head; above it 408
 * @param idleNanos from an answer to the first byte of the next request
 * @param writeNanos how long a peer may take nothing of what is waiting for it
 * @param closeNanos how long a WebSocket peer may take to answer a Close frame
 */
record Limits(
        int requestLine,
        int headers,
        int connections,
        int pipelined,
        int pending,
        int held,
        int drain,
        long drainNanos,
        long headNanos,
        long idleNanos,
        long writeNanos,
        long closeNanos) {

    static final Limits DEFAULT = builder().build();

    static Builder builder() {
        return new Builder();
    }

    private static long seconds(int n) {
        return Duration.ofSeconds(n).toNanos();
    }

    /** How often deadlines are looked at: a quarter of the shortest, at most once a second. */
    long sweepNanos() {
        long shortest =
                Math.min(Math.min(drainNanos, headNanos), Math.min(Math.min(idleNanos, writeNanos), closeNanos));
        return Math.max(Duration.ofMillis(10).toNanos(), Math.min(seconds(1), shortest / 4));
    }

    /** Limits that are still being chosen; each has a default. */
    static final class Builder {

        private int requestLine = 16 << 10;
        private int headers = 32 << 10;
        private int connections = 1_000_000;
        private int pipelined = 64;
        private int pending = 64 << 10;
        private final int held = 16 << 10;
        private int drain = 16 << 20;
        private long drainNanos = seconds(2);
        private long headNanos = seconds(30);
        private long idleNanos = seconds(75);
        private long writeNanos = seconds(30);
        private long closeNanos = seconds(5);

        private Builder() {}

        Builder requestLine(int value) {
            requestLine = value;
            return this;
        }

        Builder headers(int value) {
            headers = value;
            return this;
        }

        Builder connections(int value) {
            connections = value;
            return this;
        }

        Builder pipelined(int value) {
            pipelined = value;
            return this;
        }

        Builder pending(int value) {
            pending = value;
            return this;
        }

        Builder drain(int value) {
            drain = value;
            return this;
        }

        Builder drainNanos(long value) {
            drainNanos = value;
            return this;
        }

        Builder headNanos(long value) {
            headNanos = value;
            return this;
        }

        Builder idleNanos(long value) {
            idleNanos = value;
            return this;
        }

        Builder writeNanos(long value) {
            writeNanos = value;
            return this;
        }

        Builder closeNanos(long value) {
            closeNanos = value;
            return this;
        }

        Limits build() {
            return new Limits(
                    requestLine,
                    headers,
                    connections,
                    pipelined,
                    pending,
                    held,
                    drain,
                    drainNanos,
                    headNanos,
                    idleNanos,
                    writeNanos,
                    closeNanos);
        }
    }
}

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

    static final Limits DEFAULT = new Limits(
            16 << 10,
            32 << 10,
            1_000_000,
            64,
            64 << 10,
            16 << 10,
            16 << 20,
            seconds(2),
            seconds(30),
            seconds(75),
            seconds(30),
            seconds(5));

    private static long seconds(int n) {
        return Duration.ofSeconds(n).toNanos();
    }

    /** How often deadlines are looked at: a quarter of the shortest, at most once a second. */
    long sweepNanos() {
        long shortest =
                Math.min(Math.min(drainNanos, headNanos), Math.min(Math.min(idleNanos, writeNanos), closeNanos));
        return Math.max(Duration.ofMillis(10).toNanos(), Math.min(seconds(1), shortest / 4));
    }

    Limits withRequestLine(int value) {
        return new Limits(
                value,
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

    Limits withHeaders(int value) {
        return new Limits(
                requestLine,
                value,
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

    Limits withConnections(int value) {
        return new Limits(
                requestLine,
                headers,
                value,
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

    Limits withPipelined(int value) {
        return new Limits(
                requestLine,
                headers,
                connections,
                value,
                pending,
                held,
                drain,
                drainNanos,
                headNanos,
                idleNanos,
                writeNanos,
                closeNanos);
    }

    Limits withPending(int value) {
        return new Limits(
                requestLine,
                headers,
                connections,
                pipelined,
                value,
                held,
                drain,
                drainNanos,
                headNanos,
                idleNanos,
                writeNanos,
                closeNanos);
    }

    Limits withDrain(int value) {
        return new Limits(
                requestLine,
                headers,
                connections,
                pipelined,
                pending,
                held,
                value,
                drainNanos,
                headNanos,
                idleNanos,
                writeNanos,
                closeNanos);
    }

    Limits withDrainNanos(long value) {
        return new Limits(
                requestLine,
                headers,
                connections,
                pipelined,
                pending,
                held,
                drain,
                value,
                headNanos,
                idleNanos,
                writeNanos,
                closeNanos);
    }

    Limits withHeadNanos(long value) {
        return new Limits(
                requestLine,
                headers,
                connections,
                pipelined,
                pending,
                held,
                drain,
                drainNanos,
                value,
                idleNanos,
                writeNanos,
                closeNanos);
    }

    Limits withIdleNanos(long value) {
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
                value,
                writeNanos,
                closeNanos);
    }

    Limits withWriteNanos(long value) {
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
                value,
                closeNanos);
    }

    Limits withCloseNanos(long value) {
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
                value);
    }
}

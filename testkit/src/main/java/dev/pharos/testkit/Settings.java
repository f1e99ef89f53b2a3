package dev.pharos.testkit;

import java.time.Duration;

/**
 * What the kit asks a host to be started with. A host that cannot be told one of these does not state the capability
 * that belongs to it.
 *
 * @param writeDeadline how long a peer may take nothing of a stream
 * @param headDeadline how long the head of a request may take
 * @param maxRequestLine the longest request line in bytes; longer is 414
 * @param maxHeaders the most bytes of header fields; more is 431
 */
public record Settings(Duration writeDeadline, Duration headDeadline, int maxRequestLine, int maxHeaders) {

    /** Long deadlines, and the limits of the hub: what most checks use. */
    public static final Settings DEFAULT =
            new Settings(Duration.ofMinutes(2), Duration.ofMinutes(2), 16 * 1024, 32 * 1024);

    /** These with another write deadline. */
    public Settings withWriteDeadline(Duration deadline) {
        return new Settings(deadline, headDeadline, maxRequestLine, maxHeaders);
    }

    /** These with another head deadline. */
    public Settings withHeadDeadline(Duration deadline) {
        return new Settings(writeDeadline, deadline, maxRequestLine, maxHeaders);
    }
}

package dev.pharos.host.netty;

/**
 * What a connection must get done in time.
 */
enum Deadline {
    /** Nothing. */
    NONE,
    /** The peer takes some of what waits for it. */
    WRITE,
    /** The rest of a request nobody wants goes on or ends, or the peer ends the connection. */
    DRAIN,
    /** The peer answers a Close frame. */
    CLOSE,
    /** The head of a request becomes complete. */
    HEAD,
    /** The next request begins. */
    IDLE,
    /** A body becomes complete, or as much of it comes as it must by then. */
    BODY,
    /** What was asked before the peer shut its side is answered. */
    HALF_CLOSED
}

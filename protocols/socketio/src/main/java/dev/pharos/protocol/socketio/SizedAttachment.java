package dev.pharos.protocol.socketio;

/**
 * An object that an application keeps with a socket ({@link Socket#attach}) and whose size it can tell, so that connections
 * that broke are bounded by what they take.
 */
public interface SizedAttachment {

    /** About how many bytes it takes; asked once, when the connection has broken, on the socket's loop. */
    long bytes();
}

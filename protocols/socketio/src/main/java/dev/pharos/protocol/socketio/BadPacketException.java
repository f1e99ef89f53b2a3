package dev.pharos.protocol.socketio;

/** The peer sent what is no Socket.IO packet; its session is over. */
final class BadPacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadPacketException(String sentence) {
        super(sentence, null, false, false);
    }
}

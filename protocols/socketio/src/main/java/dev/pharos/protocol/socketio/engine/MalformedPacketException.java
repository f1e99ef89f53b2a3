package dev.pharos.protocol.socketio.engine;

/** The peer sent what is no packet; its session is over. The message names what was wrong, without the peer's data. */
public final class MalformedPacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public MalformedPacketException(String sentence) {
        super(sentence, null, false, false);
    }
}

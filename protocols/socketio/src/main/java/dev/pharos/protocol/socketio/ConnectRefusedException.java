package dev.pharos.protocol.socketio;

import org.jspecify.annotations.Nullable;

/** A client may not connect to a namespace; its message and data are sent to the client. */
public final class ConnectRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object data;

    /** With a sentence for the client. */
    public ConnectRefusedException(String sentence) {
        this(sentence, null);
    }

    /**
     * With a sentence and more for the client.
     *
     * @param data a value as in {@link Arguments}, or null for none
     */
    public ConnectRefusedException(String sentence, @Nullable Object data) {
        super(sentence, null, false, false);
        this.data = data;
    }

    /** What the client gets beside the message, or null. */
    public @Nullable Object data() {
        return data;
    }
}

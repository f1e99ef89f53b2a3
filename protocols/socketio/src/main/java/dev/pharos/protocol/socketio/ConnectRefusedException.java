package dev.pharos.protocol.socketio;

import org.jspecify.annotations.Nullable;

/**
 * A client may not connect to a namespace; its message and data are sent to the client, and stock clients do not try again by
 * themselves. Or it may not now.
 */
public final class ConnectRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object data;
    private final boolean temporary;

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
        this(sentence, data, false);
    }

    private ConnectRefusedException(String sentence, @Nullable Object data, boolean temporary) {
        super(sentence, null, false, false);
        this.data = data;
        this.temporary = temporary;
    }

    /** Refuses for now: the whole session ends (close code 1013 on a WebSocket), so that stock clients come back by themselves. */
    public static ConnectRefusedException forNow(String sentence) {
        return new ConnectRefusedException(sentence, null, true);
    }

    /** What the client gets beside the message, or null. */
    public @Nullable Object data() {
        return data;
    }

    /** Whether it may come again later. */
    public boolean isTemporary() {
        return temporary;
    }
}

package dev.pharos.session;

/** Why a session ended. */
public enum CloseReason {
    /** The peer ended it. */
    CLIENT(1000),
    /** The application ended it by {@link Session#close}. */
    SERVER(1000),
    /** No connection came for it in time, or the peer gave no sign of life. */
    IDLE(1001),
    /** More was to be sent than its buffer holds. */
    OVERFLOW(1008),
    /** The peer broke a rule of its protocol. */
    PROTOCOL_ERROR(1002),
    /** Its connection broke, and its protocol does not survive that. */
    TRANSPORT(1006),
    /** The server is stopping. */
    DRAIN(1001),
    /** Its listener failed with an exception. */
    FAULT(1011);

    private final int code;

    CloseReason(int code) {
        this.code = code;
    }

    /** The close code of RFC 6455 that means this; 1006 is never sent. */
    public int code() {
        return code;
    }
}

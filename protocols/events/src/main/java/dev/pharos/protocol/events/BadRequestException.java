package dev.pharos.protocol.events;

/** The client must correct its request; the message is what it is told. */
final class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String sentence;

    BadRequestException(String message) {
        this(400, message);
    }

    BadRequestException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
        this.sentence = message;
    }

    int status() {
        return status;
    }

    /** What the client is told. */
    String sentence() {
        return sentence;
    }
}

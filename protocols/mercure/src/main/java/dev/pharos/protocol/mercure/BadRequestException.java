package dev.pharos.protocol.mercure;

/** The client must correct its request; the message is what it is told. */
final class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(String sentence) {
        this(400, sentence);
    }

    BadRequestException(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}

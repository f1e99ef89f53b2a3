package dev.pharos.protocol.sockjs;

/** The client must correct what it sends; the message is the protocol's own sentence. */
final class BadPayloadException extends Exception {

    private static final long serialVersionUID = 1L;

    private BadPayloadException(String sentence) {
        super(sentence, null, false, false);
    }

    static BadPayloadException broken() {
        return new BadPayloadException("Broken JSON encoding.");
    }

    static BadPayloadException missing() {
        return new BadPayloadException("Payload expected.");
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}

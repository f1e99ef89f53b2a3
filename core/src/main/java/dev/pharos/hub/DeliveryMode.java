package dev.pharos.hub;

/** Which of the matching events a reader gets when it is behind. Order is by position in every mode. */
public enum DeliveryMode {
    /** Every one. */
    ALL("all"),
    /** In each pass, of the events not yet written, the newest of each canonical topic. */
    LATEST("latest"),
    /** In each pass, of the events not yet written, the newest of each topic and key, and all without a key. */
    LATEST_BY_KEY("latest-by-key");

    private final String word;

    DeliveryMode(String word) {
        this.word = word;
    }

    /** The word on the wire. */
    public String word() {
        return word;
    }
}

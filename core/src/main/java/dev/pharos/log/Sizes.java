package dev.pharos.log;

import org.jspecify.annotations.Nullable;

/** What events weigh in memory, in bytes: an estimate from above for text in Latin-1, from below for other text. */
final class Sizes {

    private static final int ENTRY = 160;
    private static final int TEXT = 48;
    /** Its place in the map of keys. */
    private static final int FOUND_BY_KEY = 48;

    private Sizes() {}

    static int of(Event event) {
        int size = ENTRY + ofText(event.data()) + ofText(event.id()) + ofText(event.type()) + ofText(event.key());
        if (event.idempotencyKey() != null) {
            size += FOUND_BY_KEY + ofText(event.idempotencyKey());
        }
        for (String topic : event.topics()) {
            size += ofText(topic);
        }
        return size;
    }

    static int ofText(@Nullable String text) {
        return text == null ? 0 : TEXT + text.length();
    }
}

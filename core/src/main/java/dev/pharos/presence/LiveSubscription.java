package dev.pharos.presence;

import org.jspecify.annotations.Nullable;

/**
 * A selector that somebody reads by at this moment.
 *
 * @param subscriber the connection it is of, {@code urn:uuid:…}; the same for all selectors of one connection
 * @param matchType the kind of selector as its protocol names it, empty where there is one kind only
 * @param selector as the subscriber gave it
 * @param payload what the subscriber's token says about it, as JSON; or null
 */
public record LiveSubscription(
        String subscriber,
        String matchType,
        String selector,
        @Nullable String payload) {

    private static final int FIELDS_BYTES = 320;

    /** How long a document about it is at most, in bytes: the selector is in it as it is, and percent-encoded. */
    int weight() {
        int weight = FIELDS_BYTES + (payload == null ? 0 : 3 * payload.length());
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            weight += isPlain(c) ? 2 : c < 0x80 ? 9 : 12;
        }
        return weight;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

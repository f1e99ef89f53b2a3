package dev.pharos.protocol.mercure;

import dev.pharos.hub.Selectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber asks for.
 *
 * @param matchers what the selectors were made of, each once, in order
 * @param cursor where to continue; null when none came in, not even an empty one
 */
record Wish(
        Selectors selectors,
        List<Matcher> matchers,
        @Nullable String cursor) {}

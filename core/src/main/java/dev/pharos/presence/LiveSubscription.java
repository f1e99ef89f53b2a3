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
        @Nullable String payload) {}

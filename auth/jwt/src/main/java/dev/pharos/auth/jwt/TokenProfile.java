package dev.pharos.auth.jwt;

import dev.pharos.hub.SelectorLanguage;
import java.util.Set;

/** What a token must be like, and how it says what it grants. Immutable. */
public sealed interface TokenProfile {

    /**
     * The tokens of Mercure's draft 07, and of plain events: a claim {@code mercure} or {@code https://mercure.rocks/} with
     * {@code publish}, {@code subscribe} and {@code payload}. They need not expire.
     *
     * @param audiences what {@code aud} must contain one of; empty if it is not looked at
     * @param language how selectors are read
     */
    record Draft07(Set<String> audiences, SelectorLanguage language) implements TokenProfile {

        /** Copies the set. */
        public Draft07 {
            audiences = Set.copyOf(audiences);
        }

        @Override
        public boolean hasMercureClaim() {
            return true;
        }
    }

    /**
     * The access tokens of Mercure's draft 08 (RFC 9068): with type {@code at+jwt}, an issuer, an end and an audience, and
     * grants in {@code authorization_details} (RFC 9396).
     *
     * @param audiences the names of this hub as a resource, one of which {@code aud} must contain
     * @param language how matchers are read; gets the match types as they stand in tokens
     */
    record Draft08(Set<String> audiences, SelectorLanguage language) implements TokenProfile {

        /** Copies the set. */
        public Draft08 {
            audiences = Set.copyOf(audiences);
            if (audiences.isEmpty()) {
                throw new IllegalArgumentException(
                        "tokens of draft 08 are for an audience: say how this hub is called");
            }
        }

        @Override
        public boolean hasMercureClaim() {
            return false;
        }
    }

    /** Draft 07 as most hubs have it. */
    static TokenProfile draft07() {
        return new Draft07(Set.of(), SelectorLanguage.TEMPLATES);
    }

    /** What {@code aud} must contain one of; empty if it is not looked at. */
    Set<String> audiences();

    /** How selectors are read. */
    SelectorLanguage language();

    /** Whether grants are in the claim of draft 07. */
    boolean hasMercureClaim();
}

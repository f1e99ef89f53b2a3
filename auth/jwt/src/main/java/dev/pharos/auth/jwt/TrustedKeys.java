package dev.pharos.auth.jwt;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whose tokens count, and for what. Immutable. */
public record TrustedKeys(List<Issuer> issuers) {

    /**
     * Somebody who signs tokens.
     *
     * @param name what {@code iss} must be, letter by letter; null if it is not looked at
     * @param publish the keys whose tokens may grant publishing
     * @param subscribe the keys whose tokens may grant reading
     */
    public record Issuer(@Nullable String name, List<KeySource> publish, List<KeySource> subscribe) {

        /** Copies the lists. */
        public Issuer {
            publish = List.copyOf(publish);
            subscribe = List.copyOf(subscribe);
        }
    }

    /** Copies the list. */
    public TrustedKeys {
        issuers = List.copyOf(issuers);
    }

    /** One issuer without a name, whose keys are good for everything. */
    public static TrustedKeys of(KeySource... keys) {
        return of(List.of(keys), List.of(keys));
    }

    /** One issuer without a name, with keys for publishing and others for reading. */
    public static TrustedKeys of(List<KeySource> publish, List<KeySource> subscribe) {
        return new TrustedKeys(List.of(new Issuer(null, publish, subscribe)));
    }

    /** Those who may have issued a token with this {@code iss}. */
    List<Issuer> named(@Nullable String name) {
        return issuers.stream()
                .filter(issuer -> issuer.name == null || Objects.equals(issuer.name, name))
                .toList();
    }
}

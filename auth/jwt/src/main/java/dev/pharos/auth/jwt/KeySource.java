package dev.pharos.auth.jwt;

import com.nimbusds.jose.JWSHeader;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where keys that check tokens come from. Thread-safe. */
public abstract sealed class KeySource permits StaticKeys, JwksSource {

    /** For this package. */
    KeySource() {}

    /**
     * A shared secret of at least 32 bytes: for HS256, with 48 for HS384 as well, with 64 for HS512 as well.
     *
     * @throws KeyException when it is too short
     */
    public static KeySource secret(byte[] secret) {
        return new StaticKeys(List.of(VerifyingKey.secret(secret.clone(), null)));
    }

    /**
     * The public keys and certificates of a PEM text.
     *
     * @throws KeyException when there is none, or one is of no use
     */
    public static KeySource pem(String text) {
        return new StaticKeys(Pem.publicKeys(text).stream()
                .map(key -> VerifyingKey.of(key, null))
                .toList());
    }

    /**
     * The keys of a JWK or JWK Set in JSON (RFC 7517).
     *
     * @throws KeyException when it cannot be read, or has no key of use
     */
    public static KeySource jwk(String json) {
        return new StaticKeys(JwkReader.all(json));
    }

    /** These keys for one algorithm alone, such as {@code HS256}; the kinds of the keys must allow it. */
    public abstract KeySource only(String algorithm);

    /** The keys that may have signed a token of this header, when that is known now; else null. */
    abstract @Nullable List<VerifyingKey> known(JWSHeader header);

    /** The same after whatever it takes to know; fails with a refusal when it cannot be known. */
    abstract CompletionStage<List<VerifyingKey>> find(JWSHeader header);
}

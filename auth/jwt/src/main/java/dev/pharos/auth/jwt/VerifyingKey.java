package dev.pharos.auth.jwt;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that checks signatures, and the algorithms it may be used with: those of its kind, or fewer if it says so itself.
 * Thread-safe.
 *
 * @param id its name in a key set, or null
 * @param isQuick whether checking is so cheap that it may be done on an event loop
 */
record VerifyingKey(@Nullable String id, Set<JWSAlgorithm> algorithms, JWSVerifier verifier, boolean isQuick) {

    private static final int LEAST_SECRET = 32;
    private static final int LEAST_RSA_BITS = 2048;

    /** A shared secret, for as many of HS256, HS384 and HS512 as it is long enough for (RFC 7518 section 3.2). */
    static VerifyingKey secret(byte[] secret, @Nullable String id) {
        if (secret.length < LEAST_SECRET) {
            throw new KeyException("a secret has at least %d bytes, or it could be guessed; this one has %d"
                    .formatted(LEAST_SECRET, secret.length));
        }
        try {
            return new VerifyingKey(
                    id, MACVerifier.getCompatibleAlgorithms(8 * secret.length), new MACVerifier(secret), true);
        } catch (JOSEException unusable) {
            throw unusable("secret", unusable);
        }
    }

    /** A public key; its kind decides on the algorithms. */
    static VerifyingKey of(PublicKey key, @Nullable String id) {
        try {
            return switch (key) {
                case RSAPublicKey rsa -> {
                    int bits = rsa.getModulus().bitLength();
                    if (bits < LEAST_RSA_BITS) {
                        throw new KeyException(
                                "an RSA key has at least %d bits, this one has %d".formatted(LEAST_RSA_BITS, bits));
                    }
                    yield new VerifyingKey(id, RSA, new RSASSAVerifier(rsa), false);
                }
                case ECPublicKey curve -> {
                    ECDSAVerifier verifier = new ECDSAVerifier(curve);
                    yield new VerifyingKey(id, verifier.supportedJWSAlgorithms(), verifier, false);
                }
                case EdECPublicKey edwards ->
                    new VerifyingKey(id, Ed25519.ALGORITHMS, Ed25519.verifier(edwards), false);
                default ->
                    throw new KeyException(
                            "a key is RSA, EC (P-256, P-384, P-521) or Ed25519, got " + key.getAlgorithm());
            };
        } catch (JOSEException unusable) {
            throw unusable(key.getAlgorithm() + " key", unusable);
        }
    }

    /** A key of a key set (RFC 7517). */
    static VerifyingKey of(JWK key) {
        if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw new KeyException("the key is for " + key.getKeyUse() + ", not for signatures");
        }
        Set<KeyOperation> operations = key.getKeyOperations();
        if (operations != null
                && !operations.contains(KeyOperation.VERIFY)
                && !operations.contains(KeyOperation.SIGN)) {
            throw new KeyException("the key is not for checking signatures");
        }
        try {
            VerifyingKey plain = switch (key) {
                case OctetSequenceKey secret -> secret(secret.toByteArray(), key.getKeyID());
                case RSAKey rsa -> of(rsa.toRSAPublicKey(), key.getKeyID());
                case ECKey curve -> of(curve.toECPublicKey(), key.getKeyID());
                case OctetKeyPair edwards -> of(Ed25519.publicKey(edwards), key.getKeyID());
                default -> throw new KeyException("keys of type " + key.getKeyType() + " are not known");
            };
            return plain.only(key.getAlgorithm());
        } catch (JOSEException unusable) {
            throw unusable(key.getKeyType() + " key", unusable);
        }
    }

    private static final Set<JWSAlgorithm> RSA = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);

    /** This key for one of its algorithms alone, if the argument is not null. */
    VerifyingKey only(@Nullable Algorithm algorithm) {
        if (algorithm == null) {
            return this;
        }
        JWSAlgorithm one = JWSAlgorithm.parse(algorithm.getName());
        if (!algorithms.contains(one)) {
            throw new KeyException("the key is for " + algorithm + ", which its kind or its length does not allow");
        }
        return new VerifyingKey(id, Set.of(one), verifier, isQuick);
    }

    /** Whether the token was signed with this key by one of its algorithms. */
    boolean verifies(Jws token) {
        JWSHeader header = token.header();
        if (!algorithms.contains(header.getAlgorithm())) {
            return false;
        }
        try {
            return verifier.verify(header, token.signingInput(), token.signature());
        } catch (JOSEException malformed) {
            return false;
        }
    }

    private static KeyException unusable(String what, JOSEException cause) {
        return new KeyException("the " + what + " cannot be used: " + cause.getMessage());
    }

    @Override
    public String toString() {
        return "key " + id + " for " + algorithms;
    }
}

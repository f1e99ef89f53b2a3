package dev.pharos.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A key that signs tokens, by one algorithm. Its text form does not show the key. Thread-safe. */
public final class SigningKey {

    private final Signer signer;
    private final Set<JWSAlgorithm> algorithms;
    private final JWSAlgorithm algorithm;
    private final @Nullable String id;

    private interface Signer {
        Base64URL sign(JWSHeader header, byte[] input) throws JOSEException;
    }

    private SigningKey(Signer signer, Set<JWSAlgorithm> algorithms, JWSAlgorithm algorithm, @Nullable String id) {
        this.signer = signer;
        this.algorithms = algorithms;
        this.algorithm = algorithm;
        this.id = id;
    }

    /** A shared secret of at least 32 bytes, for HS256 unless told otherwise. */
    public static SigningKey secret(byte[] secret) {
        VerifyingKey checked = VerifyingKey.secret(secret, null);
        try {
            return new SigningKey(new MACSigner(secret.clone())::sign, checked.algorithms(), JWSAlgorithm.HS256, null);
        } catch (JOSEException unusable) {
            throw new KeyException("the secret cannot sign: " + unusable.getMessage());
        }
    }

    /** The private key of a PEM text: RSA for RS256, EC for the algorithm of its curve, Ed25519 for EdDSA. */
    public static SigningKey pem(String text) {
        return of(Pem.privateKey(text), null);
    }

    /** A private JWK in JSON; its {@code kid} and {@code alg} go into tokens. */
    public static SigningKey jwk(String json) {
        try {
            JWK key = JWK.parse(json);
            SigningKey plain = switch (key) {
                case OctetSequenceKey secret -> secret(secret.toByteArray());
                case RSAKey rsa when rsa.isPrivate() -> of(rsa.toRSAPrivateKey(), null);
                case ECKey curve when curve.isPrivate() -> of(curve.toECPrivateKey(), null);
                default -> throw new KeyException("to sign takes a private key of type oct, RSA or EC");
            };
            SigningKey named = key.getKeyID() == null ? plain : plain.withId(key.getKeyID());
            return key.getAlgorithm() == null
                    ? named
                    : named.withAlgorithm(key.getAlgorithm().getName());
        } catch (ParseException | JOSEException malformed) {
            throw new KeyException("the key is not a JWK (RFC 7517)");
        }
    }

    private static SigningKey of(PrivateKey key, @Nullable String id) {
        try {
            return switch (key) {
                case RSAPrivateKey rsa -> {
                    Set<JWSAlgorithm> all = RSASSASigner.SUPPORTED_ALGORITHMS;
                    yield new SigningKey(new RSASSASigner(rsa)::sign, all, JWSAlgorithm.RS256, id);
                }
                case ECPrivateKey curve -> {
                    JWSSigner signer = new ECDSASigner(curve);
                    JWSAlgorithm one =
                            signer.supportedJWSAlgorithms().iterator().next();
                    yield new SigningKey(signer::sign, Set.of(one), one, id);
                }
                case EdECPrivateKey edwards
                when edwards.getParams().getName().equals(Curve.Ed25519.getName()) ->
                    new SigningKey(
                            (header, input) -> Ed25519.sign(edwards, input),
                            Ed25519.ALGORITHMS,
                            JWSAlgorithm.EdDSA,
                            id);
                default -> throw new KeyException("a key is RSA, EC or Ed25519, got " + key.getAlgorithm());
            };
        } catch (JOSEException unusable) {
            throw new KeyException("the key cannot sign: " + unusable.getMessage());
        }
    }

    /** The same key for another algorithm of its kind. */
    public SigningKey withAlgorithm(String name) {
        JWSAlgorithm other = JWSAlgorithm.parse(name);
        if (!algorithms.contains(other)) {
            throw new KeyException("this key signs by " + algorithms + ", got " + name);
        }
        return new SigningKey(signer, algorithms, other, id);
    }

    /** The same key by this name in a key set. */
    public SigningKey withId(String name) {
        return new SigningKey(signer, algorithms, algorithm, name);
    }

    /** The algorithm. */
    public String algorithm() {
        return algorithm.getName();
    }

    JWSHeader.Builder header() {
        return new JWSHeader.Builder(algorithm).keyID(id);
    }

    Base64URL sign(JWSHeader header, byte[] input) {
        try {
            return signer.sign(header, input);
        } catch (JOSEException unusable) {
            throw new KeyException("the key cannot sign: " + unusable.getMessage());
        }
    }

    @Override
    public String toString() {
        return "a key for " + algorithm;
    }
}

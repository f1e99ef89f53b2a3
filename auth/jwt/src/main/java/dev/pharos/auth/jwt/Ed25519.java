package dev.pharos.auth.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;

/** EdDSA on the curve Ed25519 (RFC 8037) by the JDK; Nimbus would need Tink for it. */
final class Ed25519 {

    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    private static final String NAME = "Ed25519";
    private static final int SIGNATURE_BYTES = 64;
    private static final int KEY_BYTES = 32;

    private Ed25519() {}

    static JWSVerifier verifier(EdECPublicKey key) {
        if (!key.getParams().getName().equals(NAME)) {
            throw new KeyException("an Edwards key is of the curve Ed25519, got "
                    + key.getParams().getName());
        }
        return new Verifier(key);
    }

    static Base64URL sign(PrivateKey key, byte[] input) {
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initSign(key);
            signature.update(input);
            return Base64URL.encode(signature.sign());
        } catch (GeneralSecurityException unusable) {
            throw new KeyException("the Ed25519 key cannot sign: " + unusable.getMessage());
        }
    }

    /** The key of a JWK: the y coordinate, little-endian, and the lowest bit of x on top (RFC 8032 section 5.1.5). */
    static PublicKey publicKey(OctetKeyPair jwk) {
        byte[] bytes = jwk.getX().decode();
        if (!jwk.getCurve().equals(Curve.Ed25519) || bytes.length != KEY_BYTES) {
            throw new KeyException("an Edwards key is of the curve Ed25519, got " + jwk.getCurve());
        }
        byte[] y = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            y[i] = bytes[KEY_BYTES - 1 - i];
        }
        boolean xIsOdd = y[0] < 0;
        y[0] &= 0x7F;
        try {
            return KeyFactory.getInstance(NAME)
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(xIsOdd, new BigInteger(1, y))));
        } catch (GeneralSecurityException unusable) {
            throw new KeyException("the Ed25519 key cannot be used: " + unusable.getMessage());
        }
    }

    private record Verifier(PublicKey key) implements JWSVerifier {

        @Override
        public boolean verify(JWSHeader header, byte[] input, Base64URL signature) {
            byte[] bytes = signature.decode();
            if (bytes.length != SIGNATURE_BYTES) {
                return false;
            }
            try {
                Signature check = Signature.getInstance(NAME);
                check.initVerify(key);
                check.update(input);
                return check.verify(bytes);
            } catch (GeneralSecurityException malformed) {
                return false;
            }
        }

        @Override
        public Set<JWSAlgorithm> supportedJWSAlgorithms() {
            return ALGORITHMS;
        }

        @Override
        public JCAContext getJCAContext() {
            return new JCAContext();
        }
    }
}

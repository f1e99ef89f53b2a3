package dev.pharos.auth.jwt;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keys of every kind, made once. */
final class TestKeys {

    static final byte[] SECRET = "a secret for tests that is long enough for each of the three algorithms of its kind"
            .getBytes(StandardCharsets.UTF_8);

    static final KeyPair RSA = pair("RSA", "");
    static final KeyPair OTHER_RSA = pair("RSA", "");
    static final KeyPair P256 = pair("EC", "secp256r1");
    static final KeyPair P384 = pair("EC", "secp384r1");
    static final KeyPair P521 = pair("EC", "secp521r1");
    static final KeyPair EDWARDS = pair("Ed25519", "");

    private TestKeys() {}

    /** A key for each algorithm, by its name. */
    static Map<String, KeyPair> pairs() {
        Map<String, KeyPair> pairs = new LinkedHashMap<>();
        for (String name : new String[] {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
            pairs.put(name, RSA);
        }
        pairs.put("ES256", P256);
        pairs.put("ES384", P384);
        pairs.put("ES512", P521);
        pairs.put("EdDSA", EDWARDS);
        return pairs;
    }

    static String pem(String label, Key key) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + label + "-----\n";
    }

    static String publicPem(KeyPair pair) {
        return pem("PUBLIC KEY", pair.getPublic());
    }

    static SigningKey signing(KeyPair pair) {
        return SigningKey.pem(pem("PRIVATE KEY", pair.getPrivate()));
    }

    private static KeyPair pair(String kind, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (!curve.isEmpty()) {
                generator.initialize(new ECGenParameterSpec(curve));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.pharos.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens of any header and claims, as nobody who keeps to the rules would. */
final class Forge {

    static final String GRANTS = "\"mercure\":{\"publish\":[\"*\"],\"subscribe\":[\"*\"]}";

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private Forge() {}

    static String part(String json) {
        return part(json.getBytes(UTF_8));
    }

    static String part(byte[] bytes) {
        return BASE64URL.encodeToString(bytes);
    }

    static String unsigned(String header, String claims) {
        return part(header) + "." + part(claims) + ".";
    }

    static String hs256(String header, String claims, byte[] secret) {
        return mac("HmacSHA256", header, claims, secret);
    }

    static String mac(String algorithm, String header, String claims, byte[] secret) {
        String input = part(header) + "." + part(claims);
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return input + "." + part(mac.doFinal(input.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String rs256(String header, String claims, PrivateKey key) {
        String input = part(header) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(input.getBytes(UTF_8));
            return input + "." + part(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(Key publicKey) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(publicKey.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    static String jwk(KeyPair pair, String id) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"alg\":\"RS256\",\"n\":\""
                + part(key.getModulus().toByteArray()) + "\",\"e\":\""
                + part(key.getPublicExponent().toByteArray()) + "\"}";
    }
}

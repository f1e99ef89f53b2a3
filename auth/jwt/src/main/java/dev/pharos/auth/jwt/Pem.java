package dev.pharos.auth.jwt;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys in text files (RFC 7468). */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*+)-----END ([A-Z0-9 ]{1,64})-----");
    private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519");

    @SuppressWarnings("ArrayRecordComponent")
    private record Block(String label, byte[] bytes) {}

    private Pem() {}

    /** The public keys, also those of certificates, in their order; at least one. */
    static List<PublicKey> publicKeys(String text) {
        List<PublicKey> keys = new ArrayList<>();
        for (Block block : blocks(text)) {
            switch (block.label) {
                case "PUBLIC KEY" -> keys.add(publicKey(block.bytes));
                case "CERTIFICATE" -> keys.add(certified(block.bytes));
                default ->
                    throw new KeyException(
                            block.label.endsWith("PRIVATE KEY")
                                    ? "the file has a private key, but to check tokens takes the public one: openssl pkey"
                                            + " -pubout"
                                    : "a PEM block is 'PUBLIC KEY' or 'CERTIFICATE', got '" + block.label
                                            + "'; openssl rsa -RSAPublicKey_in -pubout converts an 'RSA PUBLIC KEY'");
            }
        }
        return keys;
    }

    /** The one private key. */
    static PrivateKey privateKey(String text) {
        List<Block> blocks = blocks(text).stream()
                .filter(block -> block.label.endsWith("PRIVATE KEY"))
                .toList();
        if (blocks.size() != 1 || !blocks.getFirst().label.equals("PRIVATE KEY")) {
            throw new KeyException(
                    "to sign takes one PEM block 'PRIVATE KEY' without a password; openssl pkcs8 -topk8 -nocrypt makes"
                            + " one of others");
        }
        return (PrivateKey) ofSomeKind(
                "private", factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(blocks.getFirst().bytes)));
    }

    private static PublicKey publicKey(byte[] bytes) {
        return (PublicKey) ofSomeKind("public", factory -> factory.generatePublic(new X509EncodedKeySpec(bytes)));
    }

    private interface Reader {
        Key read(KeyFactory factory) throws GeneralSecurityException;
    }

    private static Key ofSomeKind(String what, Reader reader) {
        List<String> reasons = new ArrayList<>();
        for (String kind : KINDS) {
            try {
                return reader.read(KeyFactory.getInstance(kind));
            } catch (GeneralSecurityException otherKind) {
                reasons.add(kind);
            }
        }
        throw new KeyException("the " + what + " key is none of " + reasons);
    }

    private static PublicKey certified(byte[] bytes) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(bytes))
                    .getPublicKey();
        } catch (GeneralSecurityException malformed) {
            throw new KeyException("the certificate cannot be read: " + malformed.getMessage());
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (!matcher.group(1).equals(matcher.group(3))) {
                throw new KeyException("a PEM block begins as '" + matcher.group(1) + "' and ends as another");
            }
            try {
                blocks.add(new Block(
                        matcher.group(1),
                        Base64.getMimeDecoder().decode(matcher.group(2).strip())));
            } catch (IllegalArgumentException malformed) {
                throw new KeyException("the PEM block '" + matcher.group(1) + "' is not base64");
            }
        }
        if (blocks.isEmpty()) {
            throw new KeyException("there is no PEM block in the text");
        }
        return blocks;
    }
}

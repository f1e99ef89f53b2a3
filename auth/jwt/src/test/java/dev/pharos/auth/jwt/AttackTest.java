package dev.pharos.auth.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import java.net.URI;
import java.security.interfaces.RSAPublicKey;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is tried on every hub that takes tokens. */
class AttackTest {

    private static final String CLAIMS = "{\"mercure\":{\"publish\":[\"*\"],\"subscribe\":[\"*\"]}}";
    private static final SigningKey HS = SigningKey.secret(TestKeys.SECRET);

    private final Judge secret = Judge.of(KeySource.secret(TestKeys.SECRET));
    private final Judge rsa = Judge.of(KeySource.pem(TestKeys.publicPem(TestKeys.RSA)));
    private final Judge both =
            Judge.of(KeySource.pem(TestKeys.publicPem(TestKeys.RSA)), KeySource.secret(TestKeys.SECRET));

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "HS256 ", "hs256"})
    void refusesUnsignedTokens(String algorithm) {
        for (Judge judge : new Judge[] {secret, rsa, both}) {
            String header = Base64URL.encode("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}")
                    .toString();
            String unsigned = header + "." + Base64URL.encode(CLAIMS) + ".";
            assertThat(judge.reason(unsigned)).isEqualTo(Reason.INVALID_TOKEN);
            String signature = HS.sign(
                            new JWSHeader.Builder(com.nimbusds.jose.JWSAlgorithm.HS256).build(),
                            unsigned.substring(0, unsigned.length() - 1).getBytes(US_ASCII))
                    .toString();
            assertThat(judge.reason(unsigned + signature)).isEqualTo(Reason.INVALID_TOKEN);
        }
    }

    @Test
    void refusesASecondSpellingOfASignature() {
        String token = Judge.sign(HS, CLAIMS);
        char last = token.charAt(token.length() - 1); // of 43, so that two bits of it are not the signature's
        String other = token.substring(0, token.length() - 1) + (char) (last + 1);
        assertThat(secret.reason(other)).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void refusesAPublicKeyAsASecret() {
        for (byte[] known : new byte[][] {
            TestKeys.publicPem(TestKeys.RSA).getBytes(UTF_8),
            TestKeys.publicPem(TestKeys.RSA).strip().getBytes(UTF_8),
            TestKeys.RSA.getPublic().getEncoded()
        }) {
            SigningKey confused = SigningKey.secret(known);
            for (String algorithm : new String[] {"HS256", "HS384", "HS512"}) {
                String token = Judge.sign(confused.withAlgorithm(algorithm), CLAIMS);
                assertThat(rsa.reason(token)).isEqualTo(Reason.INVALID_TOKEN);
                assertThat(both.reason(token)).isEqualTo(Reason.INVALID_TOKEN);
            }
        }
    }

    @Test
    void refusesTheKeyThatATokenBrings() {
        RSAPublicKey own = (RSAPublicKey) TestKeys.OTHER_RSA.getPublic();
        JWK jwk = new RSAKey.Builder(own).keyID("mine").build();
        SigningKey key = TestKeys.signing(TestKeys.OTHER_RSA);
        for (JWSHeader header : new JWSHeader[] {
            key.header().jwk(jwk).build(),
            key.header().jwkURL(URI.create("http://127.0.0.1:9/jwks")).build(),
            key.header().x509CertURL(URI.create("http://127.0.0.1:9/x5u")).build(),
            key.header().keyID("mine").build(),
            key.header().keyID("../../../dev/null").build()
        }) {
            String input = header.toBase64URL() + "." + Base64URL.encode(CLAIMS);
            String token = input + "." + key.sign(header, input.getBytes(US_ASCII));
            assertThat(rsa.reason(token)).isEqualTo(Reason.INVALID_TOKEN);
        }
    }

    @Test
    void refusesCutAndChangedTokens() {
        String token = Judge.sign(HS, CLAIMS);
        int dot = token.lastIndexOf('.');
        assertThat(secret.permit(token)).isNotNull();
        for (int cut = 1; cut < token.length() - dot; cut++) {
            assertThat(secret.reason(token.substring(0, token.length() - cut))).isEqualTo(Reason.INVALID_TOKEN);
        }
        String wider = Base64URL.encode(CLAIMS.replace("\"*\"", "\"a\"")).toString();
        String[] parts = token.split("\\.", -1);
        assertThat(secret.reason(parts[0] + "." + wider + "." + parts[2])).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(secret.reason(token + ".")).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(secret.reason(token + ".a.b")).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(secret.reason(token + "\n")).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void refusesExtensionsThatItDoesNotKnow() {
        for (String header : new String[] {
            "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}"
        }) {
            String input = Base64URL.encode(header) + "." + Base64URL.encode(CLAIMS);
            String signature =
                    HS.sign(HS.header().build(), input.getBytes(US_ASCII)).toString();
            assertThat(secret.reason(input + "." + signature)).isEqualTo(Reason.INVALID_TOKEN);
        }
    }

    @Test
    void refusesASignatureOfZeros() {
        for (java.security.KeyPair pair : TestKeys.pairs().values()) {
            String token = Judge.sign(TestKeys.signing(pair), CLAIMS);
            int dot = token.lastIndexOf('.');
            int length = new Base64URL(token.substring(dot + 1)).decode().length;
            String zeros = token.substring(0, dot + 1) + Base64URL.encode(new byte[length]);
            assertThat(Judge.of(KeySource.pem(TestKeys.publicPem(pair))).reason(zeros))
                    .isEqualTo(Reason.INVALID_TOKEN);
        }
    }

    @Test
    void refusesDeepAndLongTokensInLittleTime() {
        assertThat(secret.reason(Judge.sign(HS, "{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")))
                .isEqualTo(Reason.INVALID_TOKEN);
        assertThat(secret.reason("a".repeat(1 << 20))).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(secret.reason(".".repeat(1 << 20))).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(secret.reason(Judge.sign(HS, "{\"exp\":" + "9".repeat(10_000) + "}")))
                .isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void survivesWhateverComesAsAToken() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] good = {
            Judge.sign(HS, CLAIMS),
            Judge.sign(TestKeys.signing(TestKeys.RSA), CLAIMS),
            Judge.sign(TestKeys.signing(TestKeys.EDWARDS), CLAIMS)
        };
        String[] pieces = {
            ".",
            "{\"alg\":\"HS256\"}",
            "{\"alg\":\"RS256\",\"kid\":\"",
            "\"exp\":",
            "1e9",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "mercure",
            "\u0000",
            "é",
            "null",
            ",",
            ":",
            "publish",
            "\"crit\":[]",
            "\"zip\":\"DEF\"",
            "\"enc\":\"A128GCM\""
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder token = new StringBuilder(good[random.nextInt(good.length)]);
            if (random.nextInt(3) == 0) {
                token.setLength(0);
                for (int part = random.nextInt(4); part >= 0; part--) {
                    StringBuilder json = new StringBuilder();
                    for (int n = random.nextInt(8); n >= 0; n--) {
                        json.append(pieces[random.nextInt(pieces.length)]);
                    }
                    token.append(random.nextInt(5) == 0 ? json : Base64URL.encode(json.toString()))
                            .append(part == 0 ? "" : ".");
                }
            }
            for (int n = random.nextInt(4); n > 0 && token.length() > 0; n--) {
                int at = random.nextInt(token.length());
                switch (random.nextInt(3)) {
                    case 0 -> token.setCharAt(at, (char) ('!' + random.nextInt(94)));
                    case 1 -> token.deleteCharAt(at);
                    default -> token.insert(at, pieces[random.nextInt(pieces.length)]);
                }
            }
            String text = token.toString();
            if (text.isEmpty()) {
                continue;
            }
            try {
                var result = both.authorizer
                        .authorize(new Credentials(Credentials.Source.HEADER, text))
                        .toCompletableFuture();
                both.runAll();
                result.join();
                assertThat(text).as("seed %d", seed).isIn((Object[]) good);
            } catch (CompletionException e) {
                assertThat(e.getCause()).as("seed %d, %s", seed, text).isInstanceOf(RefusedException.class);
                assertThat(((RefusedException) requireNonNull(e.getCause())).reason())
                        .as("seed %d, %s", seed, text)
                        .isIn(Reason.INVALID_TOKEN, Reason.INVALID_REQUEST);
            }
        }
    }
}

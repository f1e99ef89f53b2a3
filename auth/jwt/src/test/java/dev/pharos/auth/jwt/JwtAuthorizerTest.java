package dev.pharos.auth.jwt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.hub.Selectors;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthorizerTest {

    private static final SigningKey HS = SigningKey.secret(TestKeys.SECRET);
    private static final String FULL = """
            {"sub":"ann","exp":1800000060,"mercure":{"publish":["a","/u/{id}"],"subscribe":["*"],"payload":{"name":"Ann"}}}
            """;

    private final Judge judge = Judge.of(KeySource.secret(TestKeys.SECRET));

    @Test
    void readsTheClaimOfDraft07() {
        Permit permit = judge.permit(Judge.sign(HS, FULL));
        assertThat(permit.subject()).isEqualTo("ann");
        assertThat(permit.mayRead()).isTrue();
        assertThat(permit.publish()).isEqualTo(Selectors.of("a", "/u/{id}"));
        assertThat(permit.subscribe()).isEqualTo(Selectors.EVERYTHING);
        assertThat(permit.expiresAtMillis()).isEqualTo(1_800_000_060_000L);
        assertThat(permit.payload("anything")).isEqualTo("{\"name\":\"Ann\"}");
        assertThat(judge.tasks).isEmpty();
    }

    @Test
    void readsTheNamespacedClaimWhichBeatsTheOther() {
        Permit permit = judge.permit(
                Judge.sign(HS, "{\"https://mercure.rocks/\":{\"publish\":[\"b\"]},\"mercure\":{\"publish\":[\"a\"]}}"));
        assertThat(permit.publish()).isEqualTo(Selectors.of("b"));
        assertThat(permit.expires()).isFalse();
        assertThat(permit.subscribe().isNone()).isTrue();
    }

    @Test
    void letsATokenWithoutGrantsReadWhatIsPublic() {
        Permit permit = judge.permit(Judge.sign(HS, "{}"));
        assertThat(permit.mayRead()).isTrue();
        assertThat(permit.publish().isNone()).isTrue();
    }

    @Test
    void givesAnonymousRequestsTheirPermit() {
        assertThat(judge.authorizer.authorize(null).toCompletableFuture().join())
                .isEqualTo(Permit.anonymous(true, false));
    }

    @Test
    void acceptsEveryAlgorithm() {
        for (String name : List.of("HS256", "HS384", "HS512")) {
            assertThat(judge.permit(Judge.sign(HS.withAlgorithm(name), FULL)).subject())
                    .as(name)
                    .isEqualTo("ann");
        }
        for (Map.Entry<String, KeyPair> pair : TestKeys.pairs().entrySet()) {
            Judge own = Judge.of(KeySource.pem(TestKeys.publicPem(pair.getValue())));
            SigningKey key = TestKeys.signing(pair.getValue()).withAlgorithm(pair.getKey());
            String token = Judge.sign(key, FULL);
            assertThat(own.permit(token).subject()).as(pair.getKey()).isEqualTo("ann");
            assertThat(own.reason(token.substring(0, token.length() - 4) + "AAAA"))
                    .as(pair.getKey())
                    .isEqualTo(Reason.INVALID_TOKEN);
            assertThat(Judge.of(KeySource.pem(TestKeys.publicPem(pair.getValue()))
                                    .only(pair.getKey()))
                            .permit(token)
                            .subject())
                    .isEqualTo("ann");
        }
    }

    @Test
    void leavesPublicKeysToTheExecutorAndChecksATokenOnce() {
        Judge own = Judge.of(KeySource.pem(TestKeys.publicPem(TestKeys.RSA)));
        String token = Judge.sign(TestKeys.signing(TestKeys.RSA), FULL);
        CompletableFuture<Permit> first = own.begin(token);
        CompletableFuture<Permit> second = own.begin(token);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(own.tasks).hasSize(1);
        own.runAll();
        assertThat(first.join()).isSameAs(second.join());
        assertThat(own.begin(token)).isDone();
        assertThat(own.tasks).isEmpty();
    }

    @Test
    void forgetsATokenThatExpires() {
        String token = Judge.sign(HS, FULL);
        assertThat(judge.permit(token)).isNotNull();
        judge.now.addAndGet(59_999);
        assertThat(judge.permit(token)).isNotNull();
        judge.now.addAndGet(1);
        assertThat(judge.refusal(token).sentence()).contains("expired");
        assertThat(judge.authorizer.remembered()).isZero();
    }

    @Test
    void doesNotRememberWhatItRefused() {
        String token = Judge.sign(HS, "{\"nbf\":1800000010}");
        assertThat(judge.refusal(token).sentence()).contains("not valid yet");
        judge.now.addAndGet(10_000);
        assertThat(judge.permit(token).mayRead()).isTrue();
    }

    @Test
    void forgetsEverythingWhenKeysAreReplaced() {
        String token = Judge.sign(HS, FULL);
        assertThat(judge.permit(token)).isNotNull();
        judge.authorizer.replaceKeys(TrustedKeys.of(KeySource.pem(TestKeys.publicPem(TestKeys.RSA))));
        assertThat(judge.reason(token)).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(judge.permit(Judge.sign(TestKeys.signing(TestKeys.RSA), FULL))
                        .subject())
                .isEqualTo("ann");
    }

    @Test
    void keepsPublishersAndSubscribersApart() {
        Judge own = new Judge(
                TokenProfile.draft07(),
                TrustedKeys.of(
                        List.of(KeySource.secret(TestKeys.SECRET)),
                        List.of(KeySource.pem(TestKeys.publicPem(TestKeys.P256)))));
        Permit publisher = own.permit(Judge.sign(HS, FULL));
        assertThat(publisher.mayPublish(List.of("a"))).isTrue();
        assertThat(publisher.mayRead()).isFalse();
        assertThat(publisher.subscribe().isNone()).isTrue();
        Permit reader = own.permit(Judge.sign(TestKeys.signing(TestKeys.P256), FULL));
        assertThat(reader.mayPublish(List.of("a"))).isFalse();
        assertThat(reader.mayRead()).isTrue();
        assertThat(reader.subscribe().isAll()).isTrue();
    }

    @Test
    void takesTheIssuersKeysForItsTokensAlone() {
        Judge own = new Judge(
                TokenProfile.draft07(),
                new TrustedKeys(List.of(
                        new TrustedKeys.Issuer("https://a", List.of(), List.of(KeySource.secret(TestKeys.SECRET))),
                        new TrustedKeys.Issuer(
                                "https://b", List.of(KeySource.pem(TestKeys.publicPem(TestKeys.P256))), List.of()))));
        Permit permit =
                own.permit(Judge.sign(HS, "{\"iss\":\"https://a\",\"sub\":\"x\",\"mercure\":{\"publish\":[\"*\"]}}"));
        assertThat(permit.subject()).isEqualTo("https://a x");
        assertThat(permit.publish().isNone()).isTrue();
        assertThat(own.reason(Judge.sign(HS, "{\"iss\":\"https://b\"}"))).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(own.reason(Judge.sign(HS, "{\"iss\":\"https://a/\"}"))).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(own.reason(Judge.sign(HS, "{}"))).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void checksTheAudienceWhereOneIsSet() {
        Judge own = new Judge(
                new TokenProfile.Draft07(Set.of("https://hub"), dev.pharos.hub.SelectorLanguage.TEMPLATES),
                TrustedKeys.of(KeySource.secret(TestKeys.SECRET)));
        assertThat(own.permit(Judge.sign(HS, "{\"aud\":[\"x\",\"https://hub\"]}"))
                        .mayRead())
                .isTrue();
        assertThat(own.permit(Judge.sign(HS, "{\"aud\":\"https://hub\"}")).mayRead())
                .isTrue();
        assertThat(own.refusal(Judge.sign(HS, "{\"aud\":\"https://other\"}")).sentence())
                .contains("audience");
        assertThat(own.refusal(Judge.sign(HS, "{}")).sentence()).contains("audience");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{}{}",
                "{\"exp\":\"1800000060\"}",
                "{\"exp\":null}",
                "{\"exp\":true}",
                "{\"exp\":1799999999}",
                "{\"exp\":1e400}",
                "{\"sub\":1}",
                "{\"mercure\":[]}",
                "{\"mercure\":\"*\"}",
                "{\"mercure\":{\"publish\":\"*\"}}",
                "{\"mercure\":{\"publish\":[1]}}",
                "{\"mercure\":{\"subscribe\":[null]}}",
                "{\"mercure\":{\"subscribe\":[\"\"]}}",
                "{\"exp\":2,\"exp\":1900000000}"
            })
    void refusesClaimsThatAreNotAsTheyShouldBe(String claims) {
        assertThat(judge.reason(Judge.sign(HS, claims))).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void refusesMoreSelectorsThanAThousand() {
        String thousand = "\"a\",".repeat(999) + "\"b\"";
        assertThat(judge.permit(Judge.sign(HS, "{\"mercure\":{\"publish\":[" + thousand + "]}}"))
                        .mayPublish(List.of("b")))
                .isTrue();
        assertThat(judge.reason(Judge.sign(HS, "{\"mercure\":{\"publish\":[" + thousand + ",\"c\"]}}")))
                .isEqualTo(Reason.INVALID_TOKEN);
        assertThat(judge.reason(Judge.sign(HS, "{\"mercure\":{\"publish\":[\"" + "x".repeat(4_097) + "\"]}}")))
                .isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void tellsAMalformedHeaderFromABadToken() {
        assertThatThrownBy(() -> judge.authorizer
                        .authorize(new Credentials(Credentials.Source.HEADER, "no-jws"))
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(RefusedException.class)
                .cause()
                .extracting(refused -> ((RefusedException) refused).reason())
                .isEqualTo(Reason.INVALID_REQUEST);
        assertThat(judge.reason("no-jws")).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void remembersWithinBounds() {
        VerifiedTokens tokens = new VerifiedTokens();
        for (int i = 0; i < 50_000; i++) {
            tokens.put(VerifiedTokens.Key.of("token" + i), Permit.OPEN, i % 2 == 0 ? 100 : 30_000);
            assertThat(tokens.bytes()).isLessThanOrEqualTo(16 << 20);
        }
        assertThat(tokens.size()).isPositive().isLessThanOrEqualTo(20_000);
        assertThat(tokens.get(VerifiedTokens.Key.of("token49999"), 0)).isSameAs(Permit.OPEN);
        assertThat(tokens.get(VerifiedTokens.Key.of("token0"), 0)).isNull();
    }

    @Test
    void readsWhatItMints() {
        String token = TokenMint.draft07()
                .publish("", "a")
                .subscribe("", "/u/{id}")
                .payload("{\"n\":1}")
                .subject("bob")
                .expiresAt(Instant.ofEpochMilli(Judge.NOW + 5_000))
                .sign(HS);
        Permit permit = judge.permit(token);
        assertThat(permit.publish()).isEqualTo(Selectors.of("a"));
        assertThat(permit.subscribe()).isEqualTo(Selectors.of("/u/{id}"));
        assertThat(permit.payload("x")).isEqualTo("{\"n\":1}");
        TokenText text = TokenText.of(token);
        assertThat(text.header()).contains("HS256");
        assertThat(text.claims()).contains("\"sub\":\"bob\"");
        assertThatThrownBy(() -> TokenMint.draft07().payload("{")).hasMessageContaining("JSON");
        assertThatThrownBy(() -> TokenMint.draft07().payload("1 2")).hasMessageContaining("JSON");
    }

    @Test
    void readsKeysOfEveryForm() {
        String jwk = "{\"kty\":\"oct\",\"k\":\"%s\",\"kid\":\"one\",\"alg\":\"HS384\"}"
                .formatted(com.nimbusds.jose.util.Base64URL.encode(TestKeys.SECRET));
        SigningKey signing = SigningKey.jwk(jwk);
        assertThat(signing.algorithm()).isEqualTo("HS384");
        Judge own = Judge.of(KeySource.jwk(jwk));
        assertThat(own.permit(Judge.sign(signing, FULL)).subject()).isEqualTo("ann");
        assertThat(own.reason(Judge.sign(HS, FULL))).isEqualTo(Reason.INVALID_TOKEN);
        String set = "{\"keys\":[{\"kty\":\"what\"},%s]}".formatted(jwk);
        assertThat(Judge.of(KeySource.jwk(set))
                        .permit(Judge.sign(signing, FULL))
                        .subject())
                .isEqualTo("ann");
    }

    @Test
    void sayWhatIsWrongWithAKeyWithoutShowingIt() {
        assertThatThrownBy(() -> KeySource.secret("too-short-secret".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("32")
                .message()
                .doesNotContain("too-short-secret");
        assertThatThrownBy(() -> KeySource.pem("nothing")).hasMessageContaining("no PEM block");
        assertThatThrownBy(() -> KeySource.pem(TestKeys.pem("PRIVATE KEY", TestKeys.P256.getPrivate())))
                .hasMessageContaining("private key");
        assertThatThrownBy(
                        () -> KeySource.pem(TestKeys.publicPem(TestKeys.P256)).only("RS256"))
                .hasMessageContaining("RS256");
        assertThatThrownBy(() -> KeySource.jwk("{\"keys\":[]}")).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> KeySource.jwk("[]")).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> SigningKey.pem(TestKeys.publicPem(TestKeys.P256)))
                .hasMessageContaining("PRIVATE KEY");
        assertThat(requireNonNull(HS).toString()).doesNotContain("secret");
    }
}

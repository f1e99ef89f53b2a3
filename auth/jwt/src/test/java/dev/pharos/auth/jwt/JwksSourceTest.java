package dev.pharos.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.auth.jwt.JwksFetcher.Fetched;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwksSourceTest {

    private static final String CLAIMS = "{\"sub\":\"ann\"}";
    private static final URI URL = URI.create("https://issuer.example/jwks");

    private final AtomicLong now = new AtomicLong(Judge.NOW);
    private final ArrayDeque<CompletableFuture<Fetched>> fetches = new ArrayDeque<>();
    private int fetched;
    private final JwksSource source = new JwksSource(URL, this::fetch, () -> Instant.ofEpochMilli(now.get()));
    private final Judge judge = Judge.of(source);

    private CompletableFuture<Fetched> fetch(URI url) {
        assertThat(url).isEqualTo(URL);
        fetched++;
        CompletableFuture<Fetched> future = new CompletableFuture<>();
        fetches.add(future);
        return future;
    }

    @Test
    void fetchesKeysOnceForAllWhoWait() {
        CompletableFuture<Permit> first = judge.begin(token(TestKeys.P256, "one"));
        CompletableFuture<Permit> second = judge.begin(token(TestKeys.P256, "one", "{\"sub\":\"bob\"}"));
        assertThat(fetched).isEqualTo(1);
        serve(-1, key("one", TestKeys.P256));
        judge.runAll();
        assertThat(first.join().subject()).isEqualTo("ann");
        assertThat(second.join().subject()).isEqualTo("bob");
    }

    @Test
    void fetchesAgainAheadOfTheEndWhileOldKeysServe() {
        source.prefetch();
        serve(1_000, key("one", TestKeys.P256));
        pass(799_000);
        assertThat(subject(TestKeys.P256, "one", 1)).isEqualTo("ann1");
        assertThat(fetched).isEqualTo(1);
        pass(2_000);
        assertThat(subject(TestKeys.P256, "one", 2)).isEqualTo("ann2");
        assertThat(fetched).isEqualTo(2);
        serve(1_000, key("two", TestKeys.P384));
        assertThat(judge.reason(token(TestKeys.P256, "one", "{\"sub\":\"late\"}")))
                .isEqualTo(Reason.INVALID_TOKEN);
        assertThat(subject(TestKeys.P384, "two", 3)).isEqualTo("ann3");
    }

    @Test
    void waitsForFreshKeysWhenTheOldHaveEnded() {
        source.prefetch();
        serve(60, key("one", TestKeys.P256));
        pass(3_600_000);
        CompletableFuture<Permit> waiting = judge.begin(token(TestKeys.P256, "one"));
        assertThat(waiting).isNotDone();
        serve(60, key("two", TestKeys.P384));
        judge.runAll();
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void takesANewKeyWhenATokenNamesIt() {
        source.prefetch();
        serve(-1, key("one", TestKeys.P256));
        pass(31_000);
        CompletableFuture<Permit> waiting = judge.begin(token(TestKeys.P384, "two"));
        assertThat(waiting).isNotDone();
        serve(-1, key("one", TestKeys.P256), key("two", TestKeys.P384));
        judge.runAll();
        assertThat(waiting.join().subject()).isEqualTo("ann");
    }

    @Test
    void fetchesLittleHoweverManyKeysAreNamed() {
        source.prefetch();
        serve(-1, key("one", TestKeys.P256));
        for (int i = 0; i < 1_000; i++) {
            judge.begin(token(TestKeys.OTHER_RSA, "kid" + i));
            if (!fetches.isEmpty()) {
                serve(-1, key("one", TestKeys.P256));
            }
            judge.runAll();
            pass(100);
        }
        assertThat(fetched).isBetween(3, 5);
        assertThat(subject(TestKeys.P256, "one", 1)).isEqualTo("ann1");
    }

    @Test
    void survivesAnOutageOfTheIssuer() {
        source.prefetch();
        serve(600, key("one", TestKeys.P256));
        pass(700_000);
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Permit> result = judge.begin(token(TestKeys.P256, "one", "{\"sub\":\"ann" + i + "\"}"));
            fail();
            judge.runAll();
            assertThat(result.join().subject()).isEqualTo("ann" + i);
            pass(1_000);
        }
        assertThat(fetched).as("fetches in 100 s of outage").isBetween(3, 12);
        pass(25 * 3_600_000L);
        CompletableFuture<Permit> late = judge.begin(token(TestKeys.P256, "one", "{\"sub\":\"late\"}"));
        fail();
        judge.runAll();
        assertThat(late).isCompletedExceptionally();
    }

    @Test
    void saysThatItCannotJudgeBeforeTheFirstKeys() {
        CompletableFuture<Permit> result = judge.begin(token(TestKeys.P256, "one"));
        fail();
        judge.runAll();
        assertThatThrownBy(result::join)
                .cause()
                .extracting(refused -> ((dev.pharos.auth.RefusedException) refused).reason())
                .isEqualTo(Reason.UNAVAILABLE);
        assertThat(judge.reason(token(TestKeys.P256, "one"))).isEqualTo(Reason.UNAVAILABLE);
        assertThat(fetched).isEqualTo(1);
        pass(1_100);
        CompletableFuture<Permit> again = judge.begin(token(TestKeys.P256, "one"));
        serve(-1, key("one", TestKeys.P256));
        judge.runAll();
        assertThat(again.join().subject()).isEqualTo("ann");
    }

    @Test
    void keepsNobodyWaitingWhoseKeyIsAtHand() {
        Judge own = Judge.of(KeySource.pem(TestKeys.publicPem(TestKeys.P384)), source);
        CompletableFuture<Permit> result = own.begin(token(TestKeys.P384, "other"));
        own.runAll();
        assertThat(result.join().subject()).as("while the set is being fetched").isEqualTo("ann");
        CompletableFuture<Permit> unknown = own.begin(token(TestKeys.P256, "one"));
        own.runAll();
        assertThat(unknown).isNotDone();
        fail();
        own.runAll();
        assertThat(unknown).isCompletedExceptionally();
        assertThat(own.permit(token(TestKeys.P384, "other", "{\"sub\":\"bob\"}"))
                        .subject())
                .as("after it could not be fetched")
                .isEqualTo("bob");
        assertThat(own.reason(token(TestKeys.P256, "one"))).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void givesNoHalfOfAPermitWhileKeysAreMissing() {
        Judge own = new Judge(
                TokenProfile.draft07(),
                TrustedKeys.of(List.of(KeySource.pem(TestKeys.publicPem(TestKeys.P384))), List.of(source)));
        CompletableFuture<Permit> result = own.begin(token(TestKeys.P384, "other"));
        own.runAll();
        assertThat(result).isNotDone();
        serve(-1, key("other", TestKeys.P384));
        own.runAll();
        assertThat(result.join().mayRead()).isTrue();
    }

    @Test
    void takesNoSecretFromAPublishedSet() {
        String secret = "{\"kty\":\"oct\",\"k\":\"%s\",\"kid\":\"one\"}".formatted(Base64URL.encode(TestKeys.SECRET));
        CompletableFuture<Permit> result = judge.begin(Judge.sign(SigningKey.jwk(secret), CLAIMS));
        fetches.remove().complete(new Fetched("{\"keys\":[" + secret + "]}", -1));
        judge.runAll();
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    void readsEdwardsKeys() {
        byte[] encoded = TestKeys.EDWARDS.getPublic().getEncoded();
        Base64URL x = Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        String jwk =
                new OctetKeyPair.Builder(Curve.Ed25519, x).keyID("ed").build().toJSONString();
        CompletableFuture<Permit> result = judge.begin(token(TestKeys.EDWARDS, "ed"));
        fetches.remove().complete(new Fetched("{\"keys\":[" + jwk + "]}", -1));
        judge.runAll();
        assertThat(result.join().subject()).isEqualTo("ann");
    }

    @Test
    void fetchesOverHttpWithinBounds() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] document =
                new JWKSet(List.of(key("one", TestKeys.P256))).toString().getBytes(StandardCharsets.UTF_8);
        server.createContext("/jwks", exchange -> {
            exchange.getResponseHeaders().set("Cache-Control", "public, max-age=300");
            exchange.sendResponseHeaders(200, document.length);
            exchange.getResponseBody().write(document);
            exchange.close();
        });
        server.createContext("/large", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                byte[] junk = new byte[1 << 20];
                exchange.getResponseBody().write(junk);
            } catch (IOException expected) {
                throw new UncheckedIOException(expected);
            } finally {
                exchange.close();
            }
        });
        server.start();
        try {
            String base = "http://127.0.0.1:" + server.getAddress().getPort();
            Fetched got = JwksFetcher.HTTP
                    .fetch(URI.create(base + "/jwks"))
                    .toCompletableFuture()
                    .join();
            assertThat(got.maxAgeSeconds()).isEqualTo(300);
            assertThat(JwkReader.published(got.document())).hasSize(1);
            for (String bad : List.of("/large", "/missing")) {
                assertThatThrownBy(() -> JwksFetcher.HTTP
                                .fetch(URI.create(base + bad))
                                .toCompletableFuture()
                                .join())
                        .hasCauseInstanceOf(IOException.class);
            }
        } finally {
            server.stop(0);
        }
        assertThat(HttpFetcher.maxAge("no-cache, Max-Age=\"7\"")).isEqualTo(7);
        assertThat(HttpFetcher.maxAge("s-maxage=7")).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"keys\":[null]}",
                "{\"keys\":[1]}",
                "{\"keys\":{}}",
                "{\"keys\":[{}]}",
                "{\"keys\":[{\"kty\":null}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\",\"y\":\"\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"x5c\":[null]}]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"_____________________________________________\"}]}"
            })
    void asksAgainAfterADocumentThatIsNone(String document) {
        CompletableFuture<Permit> result = judge.begin(token(TestKeys.P256, "one"));
        fetches.remove().complete(new Fetched(document, -1));
        judge.runAll();
        assertThat(result).isCompletedExceptionally();
        pass(1_100);
        CompletableFuture<Permit> again = judge.begin(token(TestKeys.P256, "one"));
        serve(-1, key("one", TestKeys.P256));
        judge.runAll();
        assertThat(again.join().subject()).isEqualTo("ann");
    }

    @Test
    void keepsLittleOfTokensThatWaitForKeys() {
        List<CompletableFuture<Permit>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String claims = "{\"sub\":\"" + i + "\",\"x\":\"" + "x".repeat(30_000) + "\"}";
            waiting.add(judge.begin(token(TestKeys.P256, "one", claims)));
        }
        assertThat(waiting.stream().filter(result -> !result.isDone()).count())
                .as("tokens of 40 kB that wait")
                .isBetween(100L, 250L);
        assertThat(fetched).isEqualTo(1);
        serve(-1, key("one", TestKeys.P256));
        judge.runAll();
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        assertThat(judge.permit(token(TestKeys.P256, "one", "{\"sub\":\"later\"}"))
                        .subject())
                .isEqualTo("later");
    }

    private void pass(long millis) {
        now.addAndGet(millis);
    }

    private void serve(long maxAge, ECKey... keys) {
        fetches.remove().complete(new Fetched(new JWKSet(List.of(keys)).toString(), maxAge));
    }

    private void fail() {
        for (CompletableFuture<Fetched> fetch = fetches.poll(); fetch != null; fetch = fetches.poll()) {
            fetch.completeExceptionally(new IOException("connection refused"));
        }
    }

    private String subject(KeyPair pair, String id, int number) {
        return String.valueOf(
                judge.permit(token(pair, id, "{\"sub\":\"ann" + number + "\"}")).subject());
    }

    private static String token(KeyPair pair, String id) {
        return token(pair, id, CLAIMS);
    }

    private static String token(KeyPair pair, String id, String claims) {
        return Judge.sign(TestKeys.signing(pair).withId(id), claims);
    }

    private static ECKey key(String id, KeyPair pair) {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key)
                .keyID(id)
                .build();
    }
}

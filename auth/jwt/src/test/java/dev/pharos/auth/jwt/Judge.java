package dev.pharos.auth.jwt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.util.Base64URL;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An authorizer on the workbench: the time is set, and what is left to the executor is run, by hand. */
final class Judge {

    static final long NOW = 1_800_000_000_000L;

    final AtomicLong now = new AtomicLong(NOW);
    final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    final JwtAuthorizer authorizer;

    Judge(TokenProfile profile, TrustedKeys keys) {
        authorizer = new JwtAuthorizer(
                profile,
                keys,
                Permit.anonymous(true, false),
                () -> java.time.Instant.ofEpochMilli(now.get()),
                tasks::add);
    }

    static Judge of(KeySource... keys) {
        return new Judge(TokenProfile.draft07(), TrustedKeys.of(keys));
    }

    CompletableFuture<Permit> begin(String token) {
        return authorizer
                .authorize(new Credentials(Credentials.Source.COOKIE, token))
                .toCompletableFuture();
    }

    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    Permit permit(String token) {
        CompletableFuture<Permit> result = begin(token);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            runAll();
            return result.isDone();
        });
        return result.join();
    }

    RefusedException refusal(String token) {
        try {
            Permit permit = permit(token);
            throw new AssertionError("it is good for " + permit);
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class);
            RefusedException refused = (RefusedException) requireNonNull(e.getCause());
            assertThat(refused.sentence()).doesNotContain(token);
            for (String part : token.split("\\.", -1)) {
                assertThat(part.length() > 8 && refused.sentence().contains(part))
                        .isFalse();
            }
            return refused;
        }
    }

    RefusedException.@Nullable Reason reason(String token) {
        return refusal(token).reason();
    }

    static String sign(SigningKey key, String type, String claims) {
        com.nimbusds.jose.JWSHeader header =
                key.header().type(new com.nimbusds.jose.JOSEObjectType(type)).build();
        String input = header.toBase64URL() + "." + Base64URL.encode(claims);
        return input + "." + key.sign(header, input.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    static String sign(SigningKey key, String claims) {
        return sign(key, "JWT", claims);
    }
}

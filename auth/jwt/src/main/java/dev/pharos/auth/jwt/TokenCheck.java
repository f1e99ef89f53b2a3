package dev.pharos.auth.jwt;

import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.auth.jwt.TrustedKeys.Issuer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The judging of tokens that are not known yet, by one set of keys: first what costs little, then the signature, and only
 * then what is granted. Thread-safe.
 */
final class TokenCheck {

    private static final System.Logger LOG = System.getLogger(TokenCheck.class.getName());

    /** How far the clocks of issuers may be ahead. */
    private static final long AHEAD_MILLIS = 5_000;

    private final TokenProfile profile;
    private final TrustedKeys keys;
    private final InstantSource clock;
    private final Executor executor;

    TokenCheck(TokenProfile profile, TrustedKeys keys, InstantSource clock, Executor executor) {
        this.profile = profile;
        this.keys = keys;
        this.clock = clock;
        this.executor = executor;
    }

    /**
     * Checks what can be told without a key.
     *
     * @throws RefusedException when that is enough to refuse it
     */
    Pending begin(String token) {
        Jws jws = Jws.parse(token);
        if (profile instanceof TokenProfile.Draft08) {
            checkType(jws);
        }
        Claims claims = ClaimsReader.read(jws.payload().decode(), profile);
        List<Issuer> issuers = keys.named(claims.issuer());
        if (issuers.isEmpty()) {
            throw Jws.invalid("the token's issuer is not trusted here");
        }
        if (profile instanceof TokenProfile.Draft08 && claims.expiresAt() == null) {
            throw Jws.invalid("the token has no claim 'exp'");
        }
        checkTime(claims);
        if (!profile.audiences().isEmpty() && claims.audience().stream().noneMatch(profile.audiences()::contains)) {
            throw Jws.invalid("the token is for another audience");
        }
        return new Pending(jws, claims, issuers);
    }

    private static void checkType(Jws jws) {
        String type =
                jws.header().getType() == null ? "" : jws.header().getType().getType();
        String word = type.toLowerCase(Locale.ROOT);
        if (!word.equals("at+jwt") && !word.equals("application/at+jwt")) {
            throw Jws.invalid("the token's type is not at+jwt (RFC 9068)");
        }
    }

    private void checkTime(Claims claims) {
        long now = clock.millis();
        if (claims.expiresAt() != null && claims.expiresAt() <= now) {
            throw Jws.invalid("the token has expired");
        }
        if (claims.notBefore() != null && claims.notBefore() > now + AHEAD_MILLIS) {
            throw Jws.invalid("the token is not valid yet");
        }
    }

    /** A refusal, whatever went wrong. */
    static RefusedException refusal(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        LOG.log(System.Logger.Level.ERROR, "a token could not be checked", cause);
        return new RefusedException(Reason.UNAVAILABLE, "the token cannot be checked now", 5);
    }

    /** A token of which only the signature is to be checked. */
    final class Pending {

        private final Jws jws;
        private final Claims claims;
        private final List<Issuer> issuers;

        Pending(Jws jws, Claims claims, List<Issuer> issuers) {
            this.jws = jws;
            this.claims = claims;
            this.issuers = issuers;
        }

        /**
         * The permit, if it can be found without waiting and without effort; else null.
         *
         * @throws RefusedException when the signature is of no key
         */
        @Nullable
        Permit atOnce() {
            Map<KeySource, List<VerifyingKey>> found = new HashMap<>();
            for (KeySource source : sources()) {
                List<VerifyingKey> candidates = source.known(jws.header());
                if (candidates == null || !candidates.stream().allMatch(VerifyingKey::isQuick)) {
                    return null;
                }
                found.put(source, candidates);
            }
            return permit(found);
        }

        /**
         * The permit after whatever it takes; completes on any thread. Where the keys at hand give all that keys can give, it
         * does not wait for those of a source that may not answer.
         */
        CompletionStage<Permit> later() {
            CompletableFuture<Permit> search = search();
            Map<KeySource, List<VerifyingKey>> atHand = atHand();
            if (atHand.isEmpty() || atHand.keySet().containsAll(sources())) {
                return search;
            }
            CompletableFuture<@Nullable Permit> whole =
                    CompletableFuture.supplyAsync(() -> wholePermit(atHand), executor);
            CompletableFuture<Permit> result = new CompletableFuture<>();
            whole.thenAccept(permit -> {
                if (permit != null) {
                    result.complete(permit);
                }
            });
            search.whenComplete((found, failure) -> {
                if (failure == null) {
                    result.complete(found);
                } else {
                    whole.whenComplete((permit, none) -> {
                        if (permit == null) {
                            result.completeExceptionally(failure);
                        } else {
                            result.complete(permit);
                        }
                    });
                }
            });
            return result;
        }

        private Map<KeySource, List<VerifyingKey>> atHand() {
            Map<KeySource, List<VerifyingKey>> atHand = new HashMap<>();
            for (KeySource source : sources()) {
                List<VerifyingKey> candidates = source.known(jws.header());
                if (candidates != null) {
                    atHand.put(source, candidates);
                }
            }
            return atHand;
        }

        private CompletableFuture<Permit> search() {
            Map<KeySource, List<VerifyingKey>> found = new HashMap<>();
            List<CompletableFuture<Void>> searches = new ArrayList<>();
            for (KeySource source : sources()) {
                searches.add(source.find(jws.header())
                        .thenAccept(candidates -> {
                            synchronized (found) {
                                found.put(source, candidates);
                            }
                        })
                        .toCompletableFuture());
            }
            return CompletableFuture.allOf(searches.toArray(CompletableFuture<?>[]::new))
                    .thenApplyAsync(
                            done -> {
                                synchronized (found) {
                                    return permit(found);
                                }
                            },
                            executor);
        }

        private List<KeySource> sources() {
            List<KeySource> sources = new ArrayList<>();
            for (Issuer issuer : issuers) {
                sources.addAll(issuer.publish());
                sources.addAll(issuer.subscribe());
            }
            return sources;
        }

        private Permit permit(Map<KeySource, List<VerifyingKey>> found) {
            checkTime(claims); // waiting for keys may have taken long
            Map<VerifyingKey, Boolean> tried = new HashMap<>();
            for (Issuer issuer : issuers) {
                boolean mayPublish = isSigned(issuer.publish(), found, tried);
                boolean mayRead = isSigned(issuer.subscribe(), found, tried);
                if (mayPublish || mayRead) {
                    return Grants.permit(profile, claims, issuer, mayPublish, mayRead);
                }
            }
            throw Jws.invalid("the token is not signed by a key that is trusted here");
        }

        /** What a key that counts for publishing and for reading gives; null if there is none such among these. */
        private @Nullable Permit wholePermit(Map<KeySource, List<VerifyingKey>> atHand) {
            checkTime(claims);
            Map<VerifyingKey, Boolean> tried = new HashMap<>();
            for (Issuer issuer : issuers) {
                if (isSigned(issuer.publish(), atHand, tried) && isSigned(issuer.subscribe(), atHand, tried)) {
                    return Grants.permit(profile, claims, issuer, true, true);
                }
            }
            return null;
        }

        private boolean isSigned(
                List<KeySource> sources, Map<KeySource, List<VerifyingKey>> found, Map<VerifyingKey, Boolean> tried) {
            for (KeySource source : sources) {
                for (VerifyingKey key : found.getOrDefault(source, List.of())) {
                    Boolean verifies = tried.get(key);
                    if (verifies == null) {
                        verifies = key.verifies(jws);
                        tried.put(key, verifies);
                    }
                    if (verifies) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}

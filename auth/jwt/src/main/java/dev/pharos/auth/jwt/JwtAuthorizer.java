package dev.pharos.auth.jwt;

import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An authorizer of JSON Web Tokens. Thread-safe.
 *
 * <p>What a token was found to be worth is remembered until it expires. A token that is seen for the first time is checked
 * at once if it takes a shared secret, else on an executor, each token once however many bring it.
 */
public final class JwtAuthorizer implements Authorizer {

    /** How many tokens may wait for their check. */
    private static final int MOST_WAITING = 10_000;
    /** And how long they may be together: one that waits is kept in parts. */
    private static final long MOST_WAITING_CHARS = 8 << 20;

    private final TokenProfile profile;
    private final InstantSource clock;
    private final Executor executor;
    private final CompletionStage<Permit> anonymous;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingChars = new AtomicLong();
    private volatile State state;

    /** All that the keys are the ground of; replaced with them. */
    private record State(
            TokenCheck check,
            VerifiedTokens verified,
            ConcurrentHashMap<VerifiedTokens.Key, CompletableFuture<Permit>> underWay) {}

    /**
     * Creates an authorizer.
     *
     * @param anonymous what requests without a token may do
     * @param executor where public keys are worked with; its threads may be few
     */
    public JwtAuthorizer(
            TokenProfile profile, TrustedKeys keys, Permit anonymous, InstantSource clock, Executor executor) {
        this.profile = profile;
        this.clock = clock;
        this.executor = executor;
        this.anonymous = CompletableFuture.completedStage(anonymous);
        this.state = state(keys);
    }

    private State state(TrustedKeys keys) {
        return new State(
                new TokenCheck(profile, keys, clock, executor), new VerifiedTokens(), new ConcurrentHashMap<>());
    }

    /** Trusts these keys from now on instead, and forgets what was found with the old ones. */
    public void replaceKeys(TrustedKeys keys) {
        state = state(keys);
    }

    @Override
    public CompletionStage<Permit> authorize(@Nullable Credentials credentials) {
        if (credentials == null) {
            return anonymous;
        }
        State now = state;
        VerifiedTokens.Key key = VerifiedTokens.Key.of(credentials.token());
        Permit known = now.verified.get(key, clock.millis());
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        try {
            return check(now, key, credentials);
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private CompletionStage<Permit> check(State now, VerifiedTokens.Key key, Credentials credentials) {
        CompletableFuture<Permit> known = now.underWay.get(key);
        if (known != null) {
            return known;
        }
        String token = credentials.token();
        TokenCheck.Pending pending;
        try {
            pending = now.check.begin(token);
        } catch (RefusedException refused) {
            boolean isMalformed = refused.sentence().equals(Jws.MALFORMED);
            throw isMalformed && credentials.source() == Credentials.Source.HEADER
                    ? new RefusedException(Reason.INVALID_REQUEST, refused.sentence())
                    : refused;
        }
        Permit atOnce = pending.atOnce();
        if (atOnce != null) {
            now.verified.put(key, atOnce, token.length());
            return CompletableFuture.completedStage(atOnce);
        }
        return later(now, key, token, pending);
    }

    private CompletionStage<Permit> later(State now, VerifiedTokens.Key key, String token, TokenCheck.Pending pending) {
        CompletableFuture<Permit> result = new CompletableFuture<>();
        CompletableFuture<Permit> earlier = now.underWay.putIfAbsent(key, result);
        if (earlier != null) {
            return earlier;
        }
        int length = token.length();
        boolean isMany = waiting.incrementAndGet() > MOST_WAITING;
        boolean isMuch = waitingChars.addAndGet(length) > MOST_WAITING_CHARS;
        if (isMany || isMuch) {
            done(now, key, length, result, null, busy());
            return result;
        }
        try {
            pending.later().whenComplete((permit, failure) -> {
                if (permit != null) {
                    now.verified.put(key, permit, length);
                }
                done(now, key, length, result, permit, failure);
            });
        } catch (RejectedExecutionException full) {
            done(now, key, length, result, null, busy());
        }
        return result;
    }

    private void done(
            State now,
            VerifiedTokens.Key key,
            int length,
            CompletableFuture<Permit> result,
            @Nullable Permit permit,
            @Nullable Throwable failure) {
        waiting.decrementAndGet();
        waitingChars.addAndGet(-length);
        now.underWay.remove(key, result);
        if (permit != null) {
            result.complete(permit);
        } else {
            result.completeExceptionally(TokenCheck.refusal(failure));
        }
    }

    private static RefusedException busy() {
        return new RefusedException(Reason.UNAVAILABLE, "the hub is checking as many tokens as it can", 1);
    }

    /** How many permits are remembered. */
    int remembered() {
        return state.verified.size();
    }
}

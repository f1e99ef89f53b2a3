package dev.pharos.auth.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys an issuer publishes at a URL. One object serves everybody who trusts the issuer.
 *
 * <p>Keys are fetched again ahead of their end while the old ones serve, and when a token names a key that is not known, at
 * most once in half a minute whatever comes. While the issuer is away, the keys known last serve for a day.
 */
public final class JwksSource extends KeySource {

    private static final System.Logger LOG = System.getLogger(JwksSource.class.getName());

    private static final long LIFE_MILLIS = 10 * 60_000;
    private static final long LEAST_LIFE_MILLIS = 60_000;
    private static final long MOST_LIFE_MILLIS = 24 * 3_600_000;
    private static final long OUTAGE_MILLIS = 24 * 3_600_000;
    /** Between two fetches for keys that are not known. */
    private static final long PAUSE_MILLIS = 30_000;

    private static final long FIRST_BACKOFF_MILLIS = 1_000;

    private final URI url;
    private final JwksFetcher fetcher;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock; only keys is also read without it.
    private volatile @Nullable Known keys;
    private @Nullable CompletableFuture<Known> underWay;
    /** No fetch begins before this time. */
    private long notBefore = Long.MIN_VALUE;

    private long backoff;

    /** What was fetched. */
    private record Known(StaticKeys keys, long refreshAt, long endsAt) {}

    /** Nothing is fetched before the first token asks for a key, or {@link #prefetch}. */
    public JwksSource(URI url, JwksFetcher fetcher, InstantSource clock) {
        super();
        String scheme = url.getScheme();
        if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
            throw new KeyException("a key set is at an http or https URL, got " + url);
        }
        this.url = url;
        this.fetcher = fetcher;
        this.clock = clock;
    }

    /** Where the keys are published. */
    public URI url() {
        return url;
    }

    /** Begins to fetch the keys, so that the first token need not wait. */
    public void prefetch() {
        refresh(false);
    }

    @Override
    public KeySource only(String algorithm) {
        throw new KeyException("the keys at " + url + " say themselves which algorithm they are for");
    }

    @Override
    @Nullable
    List<VerifyingKey> known(JWSHeader header) {
        Known have = keys;
        if (have == null || clock.millis() >= have.endsAt || !names(have, header)) {
            return null;
        }
        if (clock.millis() >= have.refreshAt) {
            refresh(false);
        }
        return usable(have, header);
    }

    @Override
    CompletionStage<List<VerifyingKey>> find(JWSHeader header) {
        List<VerifyingKey> now = known(header);
        if (now != null) {
            return CompletableFuture.completedStage(now);
        }
        Known have = keys;
        boolean isUnknown = have != null && clock.millis() < have.endsAt;
        return refresh(isUnknown).handle((fetched, failure) -> {
            Known best = fetched != null ? fetched : keys;
            if (best == null || clock.millis() >= best.endsAt + OUTAGE_MILLIS) {
                throw new RefusedException(
                        Reason.UNAVAILABLE,
                        "the issuer's keys cannot be fetched, so that no token can be checked now",
                        5);
            }
            return usable(best, header);
        });
    }

    private static boolean names(Known have, JWSHeader header) {
        return have.keys.has(header.getKeyID());
    }

    /** A token that names a key which is not there was signed with none of those that have names. */
    private static List<VerifyingKey> usable(Known have, JWSHeader header) {
        List<VerifyingKey> found = have.keys.known(header);
        return names(have, header)
                ? found
                : found.stream().filter(key -> key.id() == null).toList();
    }

    /** The fetch under way, or a new one, or the refusal of one. */
    private CompletableFuture<Known> refresh(boolean forUnknownKey) {
        CompletableFuture<Known> result;
        lock.lock();
        try {
            if (underWay != null) {
                return underWay;
            }
            if (clock.millis() < notBefore) {
                Known have = keys;
                return have != null && forUnknownKey
                        ? CompletableFuture.completedFuture(have)
                        : CompletableFuture.failedFuture(new KeyException("the keys were asked for just now"));
            }
            result = new CompletableFuture<>();
            underWay = result;
        } finally {
            lock.unlock();
        }
        start(result);
        return result;
    }

    private void start(CompletableFuture<Known> result) {
        try {
            fetcher.fetch(url).whenComplete((fetched, failure) -> {
                try {
                    if (fetched == null) {
                        failed(result, String.valueOf(failure));
                    } else {
                        succeeded(result, fetched);
                    }
                } catch (KeyException unusable) {
                    failed(result, String.valueOf(unusable.getMessage()));
                } catch (RuntimeException unreadable) { // or all who wait would wait for ever
                    failed(result, unreadable.toString());
                }
            });
        } catch (RuntimeException broken) {
            failed(result, broken.toString());
        }
    }

    private void succeeded(CompletableFuture<Known> result, JwksFetcher.Fetched fetched) {
        StaticKeys read = new StaticKeys(JwkReader.published(fetched.document()));
        long life = fetched.maxAgeSeconds() < 0
                ? LIFE_MILLIS
                : Math.clamp(fetched.maxAgeSeconds() * 1_000, LEAST_LIFE_MILLIS, MOST_LIFE_MILLIS);
        long now = clock.millis();
        Known known = new Known(read, now + life * 4 / 5, now + life);
        lock.lock();
        try {
            keys = known;
            backoff = 0;
            notBefore = now + PAUSE_MILLIS;
            underWay = null;
        } finally {
            lock.unlock();
        }
        result.complete(known);
    }

    private void failed(CompletableFuture<Known> result, String why) {
        lock.lock();
        try {
            backoff = Math.clamp(2 * backoff, FIRST_BACKOFF_MILLIS, PAUSE_MILLIS);
            notBefore = clock.millis() + backoff;
            underWay = null;
        } finally {
            lock.unlock();
        }
        LOG.log(System.Logger.Level.WARNING, "the key set at {0} cannot be had: {1}", url, why);
        result.completeExceptionally(new KeyException("the key set cannot be had: " + why));
    }

    /** Whether a key of this algorithm is known; for tests and for a look at the configuration. */
    boolean knows(JWSAlgorithm algorithm) {
        Known have = keys;
        return have != null && !have.keys.known(new JWSHeader(algorithm)).isEmpty();
    }

    @Override
    public String toString() {
        return "the key set at " + url;
    }
}

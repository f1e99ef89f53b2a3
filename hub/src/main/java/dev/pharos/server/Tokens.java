package dev.pharos.server;

import dev.pharos.auth.Access;
import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Caps;
import dev.pharos.auth.ClientAddresses;
import dev.pharos.auth.Permit;
import dev.pharos.auth.TokenSources;
import dev.pharos.auth.jwt.JwtAuthorizer;
import dev.pharos.auth.jwt.TokenProfile;
import dev.pharos.config.Authorization;
import dev.pharos.config.Bounds;
import dev.pharos.config.Configuration;
import dev.pharos.config.Mount;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.url.MatchTypes;
import dev.pharos.url.Url;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The tokens of a hub: where they may be in a request, who judges them, and by which keys. All authorizers have the same
 * keys, which can be replaced while they work. Thread-safe.
 */
final class Tokens {

    private static final int MOST_WAITING = 10_000;
    private static final String COOKIE_08 = "__Secure-mercure_access_token";

    private final Configuration configuration;
    private final KeyRing ring;
    private final Caps caps;
    private final InstantSource clock;
    private final Executor executor;
    private final List<JwtAuthorizer> any = new ArrayList<>();
    private final List<JwtAuthorizer> named = new ArrayList<>();
    private KeyRing.Keys keys;

    /**
     * The tokens that a configuration is for.
     *
     * @param clock tells when they end
     * @param nanoTime time that never goes back, for rates
     * @throws UnusableKeyException when a key cannot be read or used
     */
    Tokens(Configuration configuration, InstantSource clock, LongSupplier nanoTime) {
        this.configuration = configuration;
        this.clock = clock;
        this.caps = caps(configuration, nanoTime);
        this.ring = new KeyRing(clock);
        this.executor = executor();
        this.keys = ring.read(configuration.authorization().keys());
    }

    /** Few threads that go when there is nothing to do: public keys are slow, and must not hold up the event loops. */
    private static Executor executor() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "pharos-tokens");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * The door of plain events and of what else is not Mercure: it takes tokens of draft 07, but where draft 08 alone is
     * spoken those of its first place, so that no token gets in that is not good for Mercure. No token in a query.
     */
    synchronized Access plain() {
        List<Mount> places = configuration.mercure();
        boolean strict = !places.isEmpty() && places.stream().allMatch(place -> place.draft() == Mount.Draft.D08);
        Access door = strict ? draft08(places.getFirst()) : draft07();
        return door.withSources(new TokenSources(door.sources().cookies(), false));
    }

    /** The door for tokens of draft 07. */
    synchronized Access draft07() {
        return access(
                Mount.Draft.D07,
                configuration.hasKeys()
                        ? add(any, new JwtAuthorizer(TokenProfile.draft07(), keys.any(), anonymous(), clock, executor))
                        : Authorizer.OPEN);
    }

    /**
     * The door for tokens of draft 08 at a place, which has a public URL.
     */
    synchronized Access draft08(Mount mount) {
        if (!configuration.hasKeys()) {
            return access(Mount.Draft.D08, Authorizer.OPEN);
        }
        List<String> audience = configuration.authorization().audience();
        List<String> names = mount.publicUrls().stream().map(URI::toString).toList();
        Set<String> audiences = audience.isEmpty() ? Set.copyOf(names) : Set.copyOf(audience);
        MatchTypes language = new MatchTypes(Url.of(names.getFirst()));
        TokenProfile profile = new TokenProfile.Draft08(audiences, language);
        return access(
                Mount.Draft.D08, add(named, new JwtAuthorizer(profile, keys.named(), anonymous(), clock, executor)));
    }

    private Access access(Mount.Draft draft, Authorizer authorizer) {
        return new Access(
                authorizer,
                sources(draft),
                AllowedOrigins.of(configuration.authorization().publishOrigins()),
                clock,
                caps);
    }

    private static Caps caps(Configuration configuration, LongSupplier nanoTime) {
        Bounds limits = configuration.limits();
        return new Caps(
                cap(limits.perSubject()),
                cap(limits.perAddress()),
                cap(limits.publishes()),
                ClientAddresses.behind(configuration.network().trustedProxies()),
                nanoTime);
    }

    /** As {@link Caps} has it: 0 is none. */
    private static int cap(OptionalLong limit) {
        return (int) Math.min(Integer.MAX_VALUE, limit.orElse(0));
    }

    private static JwtAuthorizer add(List<JwtAuthorizer> all, JwtAuthorizer authorizer) {
        all.add(authorizer);
        return authorizer;
    }

    private Permit anonymous() {
        Authorization authorization = configuration.authorization();
        return Permit.anonymous(authorization.anonymousRead(), authorization.anonymousPublish());
    }

    /** Where a token may be in a request that speaks this draft. */
    TokenSources sources(Mount.Draft draft) {
        Authorization authorization = configuration.authorization();
        boolean is07 = draft == Mount.Draft.D07;
        String cookie = authorization.cookie();
        return new TokenSources(
                List.of(cookie != null ? cookie : is07 ? TokenSources.COOKIE : COOKIE_08),
                is07 && authorization.queryToken());
    }

    /**
     * Trusts other keys from now on.
     *
     * @throws UnusableKeyException when one cannot be read or used; then nothing has changed
     */
    synchronized void replace(Authorization authorization) {
        KeyRing.Keys fresh = ring.read(authorization.keys());
        keys = fresh;
        any.forEach(authorizer -> authorizer.replaceKeys(fresh.any()));
        named.forEach(authorizer -> authorizer.replaceKeys(fresh.named()));
    }
}

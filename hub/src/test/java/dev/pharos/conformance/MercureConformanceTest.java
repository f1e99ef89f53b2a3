package dev.pharos.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Access;
import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Permit;
import dev.pharos.auth.TokenSources;
import dev.pharos.auth.jwt.JwtAuthorizer;
import dev.pharos.auth.jwt.KeySource;
import dev.pharos.auth.jwt.TokenProfile;
import dev.pharos.auth.jwt.TrustedKeys;
import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.Handler;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.hub.SelectorLanguage;
import dev.pharos.log.MemoryLog;
import dev.pharos.presence.Presence;
import dev.pharos.protocol.mercure.MercureOptions;
import dev.pharos.protocol.mercure.MercureProtocol;
import dev.pharos.url.MatchTypes;
import dev.pharos.url.Url;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every check of the Mercure protocol against our own hub, with each draft, with keys and without. */
class MercureConformanceTest {

    /** They take more than requests; of some other tests say how it is. */
    private static final Set<String> OUT_OF_REACH =
            Set.of("S17-http2", "S18", "S20", "A06", "A09", "R08", "R09", "D04");

    private static final Pattern NEED_NO_KEY = Pattern.compile("S.*|P0[1-57-9]|P1[0-367]|R0[1-57]|D02|C04");
    private static final String KEY = "a secret of more than thirty-two bytes";
    private static final String ISSUER = "https://issuer.example";
    private static final String ORIGIN = "https://app.example";

    private final AtomicReference<Handler> handler = new AtomicReference<>();
    private final Hub hub = Hub.over(MemoryLog.ofBytes(16 << 20)).build();
    private final NettyHost host = NettyHost.builder(
                    (request, reply) -> handler.get().handle(request, reply))
            .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .start();
    private final URI url = URI.create("http://127.0.0.1:" + host.port() + MercureOptions.WELL_KNOWN);

    @AfterEach
    void stop() {
        host.close();
        hub.close();
    }

    @TestFactory
    Stream<DynamicTest> draft07() {
        Authorizer authorizer = authorizer(new TokenProfile.Draft07(Set.of(), SelectorLanguage.TEMPLATES));
        return checks(
                MercureProtocol.draft07(hub, access(authorizer, MercureProtocol.TOKENS_07), new Presence(), options()),
                target(7, KEY));
    }

    @TestFactory
    Stream<DynamicTest> draft08() {
        Set<String> audience = Set.of(url.toString());
        Authorizer authorizer = authorizer(new TokenProfile.Draft08(audience, new MatchTypes(Url.of(url.toString()))));
        return checks(
                MercureProtocol.draft08(hub, access(authorizer, MercureProtocol.TOKENS_08), new Presence(), options()),
                target(8, KEY));
    }

    @TestFactory
    Stream<DynamicTest> draft07WithoutKeys() {
        return checks(MercureProtocol.draft07(hub, Access.OPEN, new Presence(), options()), target(7, null));
    }

    @TestFactory
    Stream<DynamicTest> draft08WithoutKeys() {
        return checks(MercureProtocol.draft08(hub, Access.OPEN, new Presence(), options()), target(8, null));
    }

    private static Authorizer authorizer(TokenProfile profile) {
        KeySource key = KeySource.secret(KEY.getBytes(StandardCharsets.UTF_8));
        TrustedKeys keys = profile.hasMercureClaim()
                ? TrustedKeys.of(key)
                : new TrustedKeys(List.of(new TrustedKeys.Issuer(ISSUER, List.of(key), List.of(key))));
        return new JwtAuthorizer(
                profile, keys, Permit.anonymous(true, false), InstantSource.system(), ForkJoinPool.commonPool());
    }

    private static Access access(Authorizer authorizer, TokenSources sources) {
        return new Access(authorizer, sources, AllowedOrigins.of(List.of(ORIGIN)), InstantSource.system(), Caps.NONE);
    }

    private static MercureOptions options() {
        return MercureOptions.DEFAULT
                .withOrigins(List.of(ORIGIN))
                .withSubscriptions(true)
                .withTimes(1, 1_000, 3_600);
    }

    private Target target(int draft, @Nullable String key) {
        return new Target(url, draft, key, ISSUER, url.toString(), ORIGIN, 1, true);
    }

    private Stream<DynamicTest> checks(MercureProtocol protocol, Target target) {
        Routes.Builder routes = Routes.builder();
        protocol.mount(routes);
        handler.set(routes.build());
        return Conformance.checks(target.draft()).stream()
                .filter(check -> !OUT_OF_REACH.contains(check.id()))
                .filter(check -> target.key() == null
                        ? NEED_NO_KEY.matcher(check.id()).matches()
                        : !check.id().equals("D02"))
                .map(check -> DynamicTest.dynamicTest(check.id() + " " + check.title(), () -> {
                    Result result = Conformance.run(target, check);
                    assertThat(result.detail()).isEmpty();
                    assertThat(result.outcome()).isEqualTo(Result.Outcome.PASSED);
                }));
    }
}

package dev.pharos.protocol.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Permit;
import dev.pharos.auth.TokenSources;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Selectors;
import dev.pharos.log.MemoryLog;
import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence;
import dev.pharos.testkit.ManualLoop;
import dev.pharos.testkit.fake.FakeExchange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists of subscriptions that are longer than an answer may be. */
class SubscriptionPagesTest {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");
    private static final Pattern TOPIC = Pattern.compile("\"topic\":\"([^\"]+)\"[^}]*\"subscriber\":\"([^\"]+)\"");
    private static final String LIST = MercureOptions.WELL_KNOWN + "/subscriptions";

    private final ManualLoop loop = new ManualLoop();
    private final Hub hub = Hub.over(MemoryLog.ofBytes(1 << 20)).build();
    private final Presence presence = new Presence();
    private final MercureProtocol protocol;

    SubscriptionPagesTest() {
        Permit permit =
                new Permit(null, true, Selectors.NONE, Selectors.EVERYTHING, Permit.NEVER, Permit.Payloads.NONE);
        protocol = new MercureProtocol(
                hub,
                new Draft07(),
                new Access(
                        credentials -> CompletableFuture.completedStage(permit),
                        TokenSources.DEFAULT,
                        AllowedOrigins.NONE,
                        InstantSource.system(),
                        Caps.NONE),
                presence,
                MercureOptions.DEFAULT.withSubscriptions(true),
                new UploadMemory(1 << 20));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void leadToTheirRest() {
        List<Presence.Member> members = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Presence.Member member = presence.member();
            members.add(member);
            member.join(IntStream.range(0, 100)
                    .mapToObj(n -> new LiveSubscription(member.subscriber(), "", "topic/" + n, null))
                    .toList());
        }
        assertThat(walk(LIST)).hasSize(30_000);
        assertThat(walk(LIST + "/topic%2F7")).hasSize(300);
        assertThat(walk(LIST + "/topic%2F700")).isEmpty();
        String one = LIST + "/topic%2F7/" + members.getFirst().subscriber();
        assertThat(get(one).text()).contains("\"topic\":\"topic/7\"");
        members.getFirst().leave();
        assertThat(get(one).status()).isEqualTo(404);
    }

    private Set<String> walk(String from) {
        Set<String> found = new HashSet<>();
        String at = from;
        while (at != null) {
            at = next(at, found);
        }
        return found;
    }

    private @Nullable String next(String at, Set<String> found) {
        FakeExchange page = get(at);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text().length()).isLessThan(Presence.PAGE_BYTES + 1_000);
        Matcher topic = TOPIC.matcher(page.text());
        while (topic.find()) {
            assertThat(found.add(topic.group(1) + " " + topic.group(2))).isTrue();
        }
        List<String> next = new ArrayList<>();
        page.headers().forEach((name, value) -> {
            Matcher link = NEXT.matcher(value);
            if (name.equals("Link") && link.matches()) {
                next.add(link.group(1));
            }
        });
        return next.isEmpty() ? null : next.getFirst();
    }

    private FakeExchange get(String target) {
        FakeExchange exchange = new FakeExchange(loop, "GET", target);
        loop.within(() -> protocol.handle(exchange, exchange));
        loop.run();
        return exchange;
    }
}

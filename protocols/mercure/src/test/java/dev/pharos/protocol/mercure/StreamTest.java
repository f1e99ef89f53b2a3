package dev.pharos.protocol.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Access;
import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Caps;
import dev.pharos.auth.ClientAddresses;
import dev.pharos.auth.Permit;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.LogException;
import dev.pharos.log.MemoryLog;
import dev.pharos.presence.Presence;
import dev.pharos.testkit.ManualClock;
import dev.pharos.testkit.ManualLoop;
import dev.pharos.testkit.ManualTime;
import dev.pharos.testkit.fake.FakeExchange;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String HUB = MercureOptions.WELL_KNOWN;

    private final ManualLoop loop = new ManualLoop();
    private final ManualTime time = new ManualTime();
    private Hub hub = hub(Limits.DEFAULT, 1 << 20);

    private void pass(Duration duration) {
        time.pass(duration, loop::run);
        loop.run();
    }

    private Hub hub(Limits limits, long bytes) {
        return Hub.over(new MemoryLog("e1", new MemoryLog.Retention(bytes, 0, 10_000, 0), new ManualClock()))
                .limits(limits)
                .scheduler(time)
                .random(new Random(1))
                .build();
    }

    private MercureProtocol protocol(Draft draft, MercureOptions options, Authorizer authorizer) {
        return protocol(draft, options, authorizer, Caps.NONE);
    }

    private MercureProtocol protocol(Draft draft, MercureOptions options, Authorizer authorizer, Caps caps) {
        Access access = new Access(authorizer, MercureProtocol.TOKENS_07, AllowedOrigins.NONE, () -> NOW, caps);
        return new MercureProtocol(hub, draft, access, new Presence(), options, new UploadMemory(1 << 20));
    }

    private FakeExchange get(MercureProtocol protocol, String query, String... lines) {
        FakeExchange exchange = new FakeExchange(loop, "GET", HUB + "?" + query, lines);
        loop.within(() -> protocol.handle(exchange, exchange));
        loop.run();
        return exchange;
    }

    private FakeExchange form(MercureProtocol protocol, String method, String body) {
        FakeExchange exchange = new FakeExchange(loop, method, HUB, "Content-Type: application/x-www-form-urlencoded");
        exchange.bodyLength(body.length());
        loop.within(() -> protocol.handle(exchange, exchange));
        loop.within(() -> exchange.push(body).end());
        loop.run();
        return exchange;
    }

    private void publish(Event... events) {
        hub.publish(List.of(events)).toCompletableFuture().join();
        loop.run();
    }

    private void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .pollInSameThread()
                .until(() -> {
                    loop.run();
                    return condition.call();
                });
    }

    private static Authorizer until(Instant end) {
        Permit permit = new Permit(
                "somebody", true, Selectors.EVERYTHING, Selectors.EVERYTHING, end.toEpochMilli(), Permit.Payloads.NONE);
        return credentials -> CompletableFuture.completedStage(permit);
    }

    @AfterEach
    void close() {
        loop.run();
        hub.close();
    }

    @Test
    void keepsNothingOfAReaderThatGoesWhileItsTokenIsJudged() {
        CompletableFuture<Permit> judgement = new CompletableFuture<>();
        Caps caps = new Caps(1, 0, 0, ClientAddresses.DIRECT, time::nanoTime);
        MercureProtocol protocol = protocol(new Draft07(), MercureOptions.DEFAULT, credentials -> judgement, caps);
        FakeExchange gone = get(protocol, "topic=a", "Authorization: Bearer x");
        loop.within(gone::disappear);
        judgement.complete(
                until(NOW.plusSeconds(60)).authorize(null).toCompletableFuture().join());
        loop.run();
        assertThat(hub.stats().subscriptions()).isZero();
        assertThat(get(protocol, "topic=a", "Authorization: Bearer x").status()).isEqualTo(200);
        assertThat(hub.stats().subscriptions()).isEqualTo(1);
    }

    @Test
    void refusesPatternBombsAndLongLists() {
        MercureProtocol protocol = protocol(new Draft08(), MercureOptions.DEFAULT, Authorizer.OPEN);
        StringBuilder bomb = new StringBuilder("match=a");
        StringBuilder many = new StringBuilder("match=a");
        for (int i = 0; i < 99; i++) {
            bomb.append("&match_urlpattern=/").append(i).append("([ab]{1000}[ab]{1000}[ab]{1000})c");
        }
        for (int i = 0; i < 10_000; i++) {
            many.append("&match=").append(i);
        }
        for (StringBuilder query : List.of(bomb, many)) {
            assertThat(get(protocol, query.toString()).status()).isEqualTo(400);
        }
        assertThat(hub.stats().subscriptions()).isZero();
    }

    @Test
    void takesAsManySelectorsInABodyAsAreAllowed() {
        hub.close();
        hub = hub(new Limits(10_000, 4096, 100, 4096, 1 << 20, 100, 1_000), 1 << 20);
        MercureProtocol protocol = protocol(new Draft08(), MercureOptions.DEFAULT, Authorizer.OPEN);
        StringBuilder most = new StringBuilder("match=0");
        for (int i = 1; i < 10_000; i++) {
            most.append("&match=").append(i);
        }
        FakeExchange reader = form(protocol, "QUERY", most.toString());
        assertThat(reader.status()).isEqualTo(200);
        publish(Event.of("9999", "last"));
        until("the event", () -> reader.stream().text().contains("data: last"));
        FakeExchange over = form(protocol, "QUERY", most + "&match=over");
        assertThat(over.status()).isEqualTo(400);
        assertThat(over.text()).contains("10001", "10000");
    }

    @Test
    void answers413ToAnyNumberOfTopicsThatIsTooLarge() {
        MercureProtocol protocol = protocol(new Draft08(), MercureOptions.DEFAULT, Authorizer.OPEN);
        for (int topics : new int[] {101, 1_000, 1_001, 50_000}) {
            assertThat(form(protocol, "POST", "topic=a&".repeat(topics)).status())
                    .as("%d topics", topics)
                    .isEqualTo(413);
        }
        assertThat(form(protocol, "QUERY", "match=a&".repeat(50_000)).status()).isEqualTo(400);
    }

    @Test
    void endsAShortWhileBeforeItsToken() {
        FakeExchange stream =
                get(protocol(new Draft07(), MercureOptions.DEFAULT, until(NOW.plusSeconds(60))), "topic=a");
        pass(Duration.ofMillis(59_400));
        assertThat(stream.stream().closed()).isFalse();
        pass(Duration.ofMillis(500));
        assertThat(stream.stream().closed()).isTrue();
        assertThat(stream.stream().text()).containsPattern("retry: \\d+\n$");
    }

    @Test
    void endsWithATokenThatIsAboutToEnd() {
        FakeExchange stream =
                get(protocol(new Draft08(), MercureOptions.DEFAULT, until(NOW.plusMillis(100))), "match=a");
        pass(Duration.ofMillis(200));
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.stream().closed()).isTrue();
    }

    @Test
    void endsWhenItsLifeIsOverAlsoWithoutAToken() {
        MercureOptions options = MercureOptions.DEFAULT.withTimes(15, 1_000, 100);
        FakeExchange stream = get(protocol(new Draft07(), options, Authorizer.OPEN), "topic=a");
        pass(Duration.ofSeconds(45));
        assertThat(stream.stream().closed()).isFalse();
        pass(Duration.ofSeconds(55));
        assertThat(stream.stream().closed()).isTrue();
    }

    @Test
    void beatsWhenItIsSilentAndNotWhenItIsNot() {
        FakeExchange stream = get(protocol(new Draft07(), MercureOptions.DEFAULT, Authorizer.OPEN), "topic=a");
        assertThat(stream.stream().text()).isEqualTo(":\n");
        pass(Duration.ofSeconds(16));
        assertThat(stream.stream().text()).isEqualTo(":\n:\n");
        for (int i = 0; i < 20; i++) {
            publish(Event.of("a", "d"));
            pass(Duration.ofSeconds(2));
        }
        assertThat(stream.stream().text().replaceAll("id: [^\n]*\ndata: d\n\n", ""))
                .isEqualTo(":\n:\n");
    }

    @Test
    void sendsReadersAwayWhenTheHubStops() {
        FakeExchange stream = get(protocol(new Draft07(), MercureOptions.DEFAULT, Authorizer.OPEN), "topic=a");
        hub.drain();
        loop.run();
        assertThat(stream.stream().closed()).isTrue();
        assertThat(stream.stream().text()).containsPattern("retry: \\d+\n$");
    }

    @Test
    void sendsReadersAwayInAWayThatTheySurviveWhenTheHubIsFull() {
        hub.close();
        hub = hub(Limits.DEFAULT.withSubscriptions(1), 1 << 20);
        MercureProtocol protocol = protocol(new Draft07(), MercureOptions.DEFAULT, Authorizer.OPEN);
        get(protocol, "topic=a");
        FakeExchange second = get(protocol, "topic=a");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.stream().text()).containsPattern("^retry: \\d+\n$");
        assertThat(second.stream().closed()).isTrue();
    }

    @Test
    void answers503AndTellsNobodyWhenTheHistoryCannotBeRead() {
        EventLog log = new MemoryLog("e1", new MemoryLog.Retention(1 << 20, 0, 10_000, 0), new ManualClock());
        EventLog unreadable = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("find")) {
                        throw new LogException("the disk is broken");
                    }
                    return method.invoke(log, arguments);
                });
        Hub broken = Hub.over(unreadable).scheduler(time).build();
        hub.close();
        hub = broken;
        MercureProtocol protocol =
                protocol(new Draft07(), MercureOptions.DEFAULT.withSubscriptions(true), until(NOW.plusSeconds(600)));
        FakeExchange listener = get(protocol, "topic=*");
        FakeExchange stream = get(protocol, "topic=a", "Last-Event-ID: urn:x");
        until("an answer", stream::answered);
        assertThat(stream.status()).isEqualTo(503);
        assertThat(stream.field("Retry-After")).isNotNull();
        assertThat(listener.stream().text()).doesNotContain("\"topic\":\"a\"");
    }

    @Test
    void continuesWithWhatIsKeptBehindADiscardedCursorAndSaysEarliest() {
        hub.close();
        hub = hub(Limits.DEFAULT, 2_000);
        publish(Event.of("a", "first"));
        for (int i = 0; i < 100; i++) {
            publish(Event.of("a", "number " + i));
        }
        FakeExchange stream = get(
                protocol(new Draft08(), MercureOptions.DEFAULT, Authorizer.OPEN),
                "match=a",
                "Last-Event-ID: " + hub.cursor(1));
        until("an answer", stream::answered);
        until("the last event", () -> stream.stream().text().contains("number 99"));
        assertThat(stream.field("Mercure-Last-Event-ID")).isEqualTo("earliest");
        assertThat(stream.stream().text()).doesNotContain("first");
    }

    @Test
    void answers429ToAClientWithTooManyStreamsUntilOneEnds() {
        Caps caps = new Caps(1, 0, 0, ClientAddresses.DIRECT, () -> 0);
        MercureProtocol protocol = protocol(new Draft08(), MercureOptions.DEFAULT, until(NOW.plusSeconds(600)), caps);
        FakeExchange first = get(protocol, "match=a");
        FakeExchange second = get(protocol, "match=a");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.field("Retry-After")).isNotNull();
        loop.within(first.stream()::hangUp);
        loop.run();
        assertThat(get(protocol, "match=a").status()).isEqualTo(200);
    }

    @Test
    void leavesTheHistoryAloneForAnEmptyCursor() {
        publish(Event.of("a", "old"));
        FakeExchange stream =
                get(protocol(new Draft07(), MercureOptions.DEFAULT, Authorizer.OPEN), "topic=a&lastEventID=");
        publish(Event.of("a", "new"));
        assertThat(stream.field("Last-Event-ID")).isEqualTo("earliest");
        assertThat(stream.stream().text()).contains("new").doesNotContain("old");
    }
}

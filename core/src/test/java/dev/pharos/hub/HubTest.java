package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.LogException;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import dev.pharos.stepped.SteppedLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HubTest {

    private static final Interest INTEREST = new Interest(Selectors.of("a"), PlainFormat.PLAIN, DeliveryMode.ALL);

    private final Bench bench = new Bench();

    @Test
    void publishesToEveryLane() {
        List<Probe> probes = new ArrayList<>();
        List<SteppedLoop> loops = List.of(new SteppedLoop(), new SteppedLoop(), bench.loop);
        for (SteppedLoop loop : loops) {
            Probe probe = new Probe();
            probe.subscription = bench.hub.subscribe(loop, INTEREST, Start.LIVE, probe);
            probe.begin();
            probes.add(probe);
        }
        List<Entry> entries = bench.hub
                .publish(List.of(Event.of("a", "1"), Event.of("b", "2"), Event.of("a", "3")))
                .toCompletableFuture()
                .join();
        assertThat(entries).extracting(Entry::position).containsExactly(1L, 2L, 3L);
        loops.forEach(SteppedLoop::runAll);
        assertThat(probes).allSatisfy(probe -> assertThat(probe.text()).isEqualTo("1;3;"));
        probes.forEach(probe -> probe.subscription().close());
        assertThat(bench.hub.tape().isEmpty()).isTrue();
    }

    @Test
    void tellsAListenerAtOnceWhatIsDurableAtOnce() {
        List<Entry> told = new ArrayList<>();
        bench.hub.publish(List.of(Event.of("a", "1"), Event.of("a", "2")), (entries, failure) -> {
            assertThat(failure).isNull();
            told.addAll(requireNonNull(entries));
        });
        assertThat(told).extracting(Entry::position).containsExactly(1L, 2L);
        assertThat(bench.hub.stats().published()).isEqualTo(2);
    }

    @Test
    void tellsAListenerLaterWhatBecameOfItsEvents() {
        List<CompletableFuture<List<Entry>>> appends = new ArrayList<>();
        Hub hub = Hub.over(new CountedLog(log()) {
                    @Override
                    public CompletionStage<List<Entry>> append(List<Event> events) {
                        appends.add(new CompletableFuture<>());
                        return appends.getLast();
                    }
                })
                .scheduler(bench.time)
                .build();
        List<Object> told = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            hub.publish(
                    List.of(Event.of("a", "")),
                    (entries, failure) -> told.add(failure == null ? requireNonNull(entries) : failure));
        }
        assertThat(told).isEmpty();
        LogException failure = new LogException("the disk is gone");
        List<Entry> entries = List.of(new Entry("test", 1, 0, Event.of("a", "")));
        appends.get(1).completeExceptionally(failure);
        appends.get(0).complete(entries);
        assertThat(told).containsExactly(failure, entries);
        assertThat(hub.stats().published()).isEqualTo(1);
        hub.close();
    }

    @Test
    void startsBehindWhatComesWhileItBegins() {
        Hub hub = Hub.over(new CountedLog(log()) {
                    @Override
                    public long listen(TailListener listener) {
                        long end = super.listen(listener);
                        append(List.of(Event.of("a", "")));
                        return end;
                    }
                })
                .scheduler(bench.time)
                .build();
        Probe probe = new Probe();
        probe.subscription = requireNonNull(hub.subscribe(bench.loop, INTEREST, Start.LIVE, probe));
        probe.begin();
        hub.publish(List.of(Event.of("a", "")));
        bench.settle();
        assertThat(requireNonNull(probe.outcome).from()).isEqualTo(hub.cursor(1));
        assertThat(probe.text()).isEqualTo("2;");
        probe.subscription().close();
        hub.close();
    }

    @Test
    void hasRoomForSoManyPatternsOnly() {
        Hub hub = Hub.over(log()).limits(Limits.DEFAULT.withPatterns(2)).build();
        List<Subscription> open = new ArrayList<>();
        for (String pattern : List.of("{a}", "{b}", "{a}", "a")) {
            open.add(requireNonNull(hub.subscribe(bench.loop, interest(pattern), Start.LIVE, new Probe())));
        }
        assertThat(hub.subscribe(bench.loop, interest("{c}"), Start.LIVE, new Probe()))
                .isNull();
        assertThat(hub.isFull()).as("for others").isFalse();
        assertThat(hub.stats().subscriptions()).isEqualTo(4);

        open.remove(1).close();
        open.add(requireNonNull(hub.subscribe(bench.loop, interest("{c}"), Start.LIVE, new Probe())));
        bench.loop.within(() -> open.forEach(Subscription::close));
        assertThat(hub.tape().isEmpty()).isTrue();
        assertThat(hub.stats().subscriptions()).isZero();
        hub.close();
    }

    private static Interest interest(String selector) {
        return new Interest(Selectors.of(selector), PlainFormat.PLAIN, DeliveryMode.ALL);
    }

    @Test
    void countsWhatItDoes() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        bench.subscribe(Start.LIVE, "a", "b");
        bench.publish("a", "b");
        bench.hub.publish(List.of(Event.on("a").isPrivate(true).build()));
        bench.settle();
        HubStats stats = bench.hub.stats();
        assertThat(stats.published()).isEqualTo(3);
        assertThat(stats.undeliverable()).isEqualTo(1);
        assertThat(stats.deliveries()).isEqualTo(3);
        assertThat(stats.deliveredBytes()).isEqualTo(3L * "1;".length());
        assertThat(stats.subscriptions()).isEqualTo(2);
        assertThat(probe.text()).isEqualTo("1;");
        bench.close();
    }

    @Test
    void tellsHowLongALaneWaited() {
        bench.subscribe(Start.LIVE, "a");
        bench.publish("a");
        bench.time.pass(7);
        bench.settle();
        assertThat(bench.hub.stats().laneDelayNanos()).isEqualTo(7_000_000);
        assertThat(bench.hub.stats().laneDelayNanos()).isEqualTo(7_000_000);
        bench.time.pass(10_000);
        bench.publish("a");
        bench.time.pass(3);
        bench.settle();
        assertThat(bench.hub.stats().laneDelayNanos()).isEqualTo(7_000_000);
        bench.time.pass(10_000);
        assertThat(bench.hub.stats().laneDelayNanos()).isEqualTo(3_000_000);
        bench.time.pass(10_000);
        assertThat(bench.hub.stats().laneDelayNanos()).isZero();
        bench.close();
    }

    @Test
    void countsOnlyWhatTheLogAccepted() {
        Hub full = Hub.over(new CountedLog(bench.log) {
                    @Override
                    public CompletionStage<List<Entry>> append(List<Event> events) {
                        return CompletableFuture.failedFuture(new LogException("no space"));
                    }
                })
                .build();
        assertThat(full.publish(List.of(Event.on("a").isPrivate(true).build())).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(full.stats().published()).isZero();
        assertThat(full.stats().undeliverable()).isZero();
        full.close();
    }

    @Test
    void knowsWhetherSomebodyReads() {
        Probe probe = bench.subscribe(Start.LIVE, "a/{x}");
        assertThat(bench.hub.hasReaders(Event.of("a/1", ""))).isTrue();
        assertThat(bench.hub.hasReaders(Event.of("b", ""))).isFalse();
        assertThat(bench.hub.hasReaders(Event.on("a/1").isPrivate(true).build()))
                .isFalse();
        bench.publish("a/1");
        bench.settle();
        assertThat(probe.text()).isEqualTo("1;");
        bench.close();
    }

    @Test
    void knowsWhetherSomebodyReadsATopicByItsName() {
        bench.subscribe(Start.LIVE, "*");
        bench.subscribe(Start.LIVE, "a/{x}");
        assertThat(bench.hub.isNamed("a/1")).isFalse();
        Probe named = bench.subscribe(Start.LIVE, "b", "a/1");
        assertThat(bench.hub.isNamed("a/1")).isTrue();
        requireNonNull(named.subscription).close();
        bench.settle();
        assertThat(bench.hub.isNamed("a/1")).isFalse();
        bench.close();
    }

    @Test
    void takesSoManyReadersAndNoMore() {
        Hub hub = Hub.over(log())
                .limits(Limits.DEFAULT.withSubscriptions(2))
                .scheduler(bench.time)
                .build();
        SteppedLoop loop = new SteppedLoop();
        Subscription first = requireNonNull(hub.subscribe(loop, INTEREST, Start.LIVE, new Probe()));
        Subscription second = requireNonNull(hub.subscribe(loop, INTEREST, Start.LIVE, new Probe()));
        assertThat(hub.subscribe(loop, INTEREST, Start.LIVE, new Probe())).isNull();
        first.close();
        first.close();
        Subscription third = requireNonNull(hub.subscribe(loop, INTEREST, Start.LIVE, new Probe()));
        assertThat(hub.subscribe(loop, INTEREST, Start.LIVE, new Probe())).isNull();
        second.close();
        third.close();
        assertThat(hub.stats().subscriptions()).isZero();
        hub.close();
    }

    @Test
    void drains() {
        bench.publish("a");
        Probe open = bench.subscribe(Start.LIVE, "a");
        Probe opening = bench.subscribe(Start.after(Start.EARLIEST), "a");
        CompletableFuture<?> drained = bench.hub.drain().toCompletableFuture();
        assertThat(bench.hub.isDraining()).isTrue();
        assertThat(bench.hub.subscribe(bench.loop, INTEREST, Start.LIVE, new Probe()))
                .isNull();
        bench.settle();
        assertThat(open.drained).isEqualTo(1);
        assertThat(opening.drained).isEqualTo(1);
        assertThat(drained).isNotDone();
        bench.close();
        assertThat(drained).isCompleted();
    }

    @Test
    void isDrainedAtOnceWhenNobodyReads() {
        assertThat(bench.hub.drain().toCompletableFuture()).isCompleted();
    }

    @Test
    void readsHistoryOnThreadsOfItsOwn() {
        Hub hub = Hub.over(log()).build();
        hub.publish(List.of(Event.of("a", ""), Event.of("a", "")));
        try (LoopThread loop = new LoopThread("hub-test")) {
            Probe probe = new Probe();
            loop.call(() -> {
                probe.subscription = hub.subscribe(loop, INTEREST, Start.after(Start.EARLIEST), probe);
                probe.begin();
                return probe;
            });
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> requireNonNull(loop.call(probe::text)).equals("1;2;"));
            loop.call(() -> {
                probe.subscription().close();
                return probe;
            });
        }
        hub.close();
        hub.close();
    }

    @Test
    void failsWhatIsStillToBeReadWhenItIsClosed() {
        Hub hub = Hub.over(log()).scheduler(bench.time).build();
        SteppedLoop loop = new SteppedLoop();
        Probe live = new Probe();
        live.subscription = requireNonNull(hub.subscribe(loop, INTEREST, Start.LIVE, live));
        hub.close();
        assertThat(hub.subscribe(loop, INTEREST, Start.after(Start.EARLIEST), new Probe()))
                .isNull();
        live.subscription().close();
        assertThat(hub.stats().subscriptions()).isZero();
    }

    @Test
    void spreadsWhatIsPlannedAtOnce() {
        Hub hub = Hub.over(log()).random(new Random(1)).scheduler(bench.time).build();
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            long millis = hub.jitter(15_000);
            least = Math.min(least, millis);
            most = Math.max(most, millis);
        }
        assertThat(least).isBetween(10_000L, 10_100L);
        assertThat(most).isBetween(19_900L, 20_000L);
        assertThat(hub.jitter(0)).isZero();
        assertThat(hub.jitter(2)).isEqualTo(2);
        hub.close();
    }

    private static MemoryLog log() {
        return new MemoryLog("e", Retention.ofBytes(1 << 20), InstantSource.system());
    }
}

package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.log.EventLog.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every log does with idempotency keys: a subclass says how its log is opened. */
@Timeout(120)
abstract class IdempotencyContract {

    private static final Bounds UNBOUNDED = new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE);
    private static final int ENOUGH_TO_FORGET = 4 << 20;

    private final List<EventLog> opened = new ArrayList<>();

    /**
     * A new, empty log with room for all that a test appends.
     */
    protected abstract EventLog open() throws Exception;

    /**
     * A new, empty log that has dropped its first event when 4 MiB were appended in events of 1 000 bytes.
     *
     * @param keepLast how many of the newest events of a topic it does not drop
     */
    protected abstract EventLog openSmall(int keepLast) throws Exception;

    @AfterEach
    void close() {
        opened.forEach(EventLog::close);
    }

    @Test
    void answersARepetitionWithTheFirstEvent() throws Exception {
        EventLog log = roomy();
        Entry first = append(log, keyed("k", "x")).getFirst();
        append(log, Event.of("a", "between"));

        assertThat(append(log, keyed("k", "x"))).containsExactly(first);
        assertThat(log.size().events()).isEqualTo(2);
        assertThat(data(log)).containsExactly("x", "between");
    }

    @Test
    void appendsWhatIsNewBesideRepetitions() throws Exception {
        EventLog log = roomy();
        Entry first = append(log, keyed("k1", "1")).getFirst();

        List<Entry> result = append(log, keyed("k0", "0"), keyed("k1", "1"), Event.of("a", "plain"), keyed("k2", "2"));
        assertThat(result).extracting(Entry::event).extracting(Event::data).containsExactly("0", "1", "plain", "2");
        assertThat(result.get(1)).isEqualTo(first);
        assertThat(data(log)).containsExactly("1", "0", "plain", "2");
    }

    @Test
    void knowsARepetitionWithinOneAppend() throws Exception {
        EventLog log = roomy();
        List<Entry> result = append(log, keyed("k", "x"), Event.of("a", "y"), keyed("k", "x"));

        assertThat(result).hasSize(3);
        assertThat(result.get(2)).isEqualTo(result.get(0));
        assertThat(data(log)).containsExactly("x", "y");
    }

    @Test
    void appendsEventsWithoutAKeyAgain() throws Exception {
        EventLog log = roomy();
        append(log, Event.of("a", "x"), Event.of("a", "x"));
        append(log, Event.of("a", "x"), keyed("k", "x"));

        assertThat(data(log)).containsExactly("x", "x", "x", "x");
    }

    @Test
    void showsItsTailNoRepetition() throws Exception {
        EventLog log = roomy();
        List<String> seen = new CopyOnWriteArrayList<>();
        log.listen(entries -> {
            assertThat(entries).isNotEmpty();
            entries.forEach(entry -> seen.add(entry.event().data()));
        });
        append(log, keyed("1", "1"), keyed("2", "2"));
        append(log, keyed("1", "1"), keyed("2", "2"));
        append(log, keyed("2", "2"), keyed("3", "3"), keyed("3", "3"));
        append(log, keyed("1", "1"));
        append(log, Event.of("a", "end"));

        await().atMost(Duration.ofSeconds(30)).until(() -> seen.contains("end"));
        assertThat(seen).containsExactly("1", "2", "3", "end");
    }

    @Test
    void anAppendOfRepetitionsOnlyLeavesTheEndWhereItIs() throws Exception {
        EventLog log = roomy();
        List<Entry> first = append(log, keyed("1", "1"), keyed("2", "2"));

        assertThat(append(log, keyed("1", "1"), keyed("2", "2"))).isEqualTo(first);
        assertThat(append(log, keyed("2", "2"), keyed("1", "1"))).isEqualTo(first.reversed());
        assertThat(data(log)).containsExactly("1", "2");
        assertThat(append(log, Event.of("a", "3")).getFirst().position())
                .isGreaterThan(first.getLast().position());
    }

    @Test
    void refusesAKeyForAnotherContentAndNamesTheEvent() throws Exception {
        EventLog log = roomy();
        append(log, keyed("k", "x"));

        assertThat(conflict(log, keyed("k", "y"))).isZero();
        assertThat(conflict(log, Event.of("a", "new"), keyed("n", "new"), keyed("k", "x"), keyed("k", "y")))
                .isEqualTo(3);
        assertThat(data(log)).containsExactly("x");
    }

    @Test
    void everyPartOfAnEventIsItsContent() throws Exception {
        EventLog log = roomy();
        Event event = Event.on("a").data("x").idempotencyKey("k").build();
        append(log, event);
        for (Event other : List.of(
                Event.on("b").data("x").idempotencyKey("k").build(),
                Event.on("a").topic("b").data("x").idempotencyKey("k").build(),
                Event.on("a").data("x").id("i").idempotencyKey("k").build(),
                Event.on("a").data("x").type("t").idempotencyKey("k").build(),
                Event.on("a").data("x").key("c").idempotencyKey("k").build(),
                Event.on("a").data("x").isPrivate(true).idempotencyKey("k").build(),
                Event.on("a").data("x").retry(0).idempotencyKey("k").build())) {
            assertThat(conflict(log, other)).as("%s", other).isZero();
        }
        assertThat(data(log)).containsExactly("x");
    }

    @Test
    void refusesAKeyForTwoContentsWithinOneAppend() throws Exception {
        EventLog log = roomy();

        assertThat(conflict(log, keyed("k", "x"), keyed("k", "y"))).isEqualTo(1);
        assertThat(data(log)).isEmpty();
    }

    @Test
    void aKeyOfWhatWasNotKeptIsFree() throws Exception {
        EventLog log = roomy();
        append(log, keyed("k", "x"));
        conflict(log, keyed("free", "1"), keyed("k", "y"));
        append(log, keyed("free", "2"));

        assertThat(data(log)).containsExactly("x", "2");
    }

    @Test
    void forgetsAKeyWithItsEvent() throws Exception {
        EventLog log = small(0);
        append(log, keyed("k", "x"));
        append(log, keyed("k", "x"));
        pushOut(log, "x");
        append(log, keyed("k", "y"));

        assertThat(data(log)).contains("y").doesNotContain("x");
        assertThat(conflict(log, keyed("k", "x"))).isZero();
    }

    @Test
    void remembersTheKeyOfTheNewestEventOfATopic() throws Exception {
        EventLog log = small(1);
        append(log, Event.on("quiet").data("old").idempotencyKey("k0").build());
        Event newest = Event.on("quiet").data("x").idempotencyKey("k").build();
        Entry first = append(log, newest).getFirst();
        pushOut(log, "old");

        assertThat(append(log, newest)).containsExactly(first);
        assertThat(conflict(log, keyed("k", "y"))).isZero();
    }

    @Test
    void answersWithAnEventThatItsOwnAppendPushesOut() throws Exception {
        EventLog log = small(1);
        Event kept = Event.on("quiet").data("x").idempotencyKey("k").build();
        append(log, Event.of("busy", "old"));
        Entry first = append(log, kept).getFirst();
        pushOut(log, "old");

        List<Entry> result = append(log, Event.of("quiet", "newer"), kept);
        assertThat(result.get(1)).isEqualTo(first);
        assertThat(data(log).stream().filter("x"::equals)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void appendsOnceHoweverManyTryAtTheSameMoment() throws Exception {
        EventLog log = roomy();
        int threads = 8;
        int rounds = 50;
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<List<Long>>> results = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                results.add(pool.submit(() -> {
                    start.await();
                    List<CompletionStage<List<Entry>>> pending = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        pending.add(log.append(List.of(keyed("k" + round, "x" + round))));
                    }
                    List<Long> positions = new ArrayList<>();
                    for (CompletionStage<List<Entry>> each : pending) {
                        positions.add(join(each).getFirst().position());
                    }
                    return positions;
                }));
            }
            start.countDown();
            List<Long> first = results.getFirst().get();
            for (Future<List<Long>> result : results) {
                assertThat(result.get()).isEqualTo(first);
            }
            assertThat(first).doesNotHaveDuplicates().hasSize(rounds);
            assertThat(data(log)).hasSize(rounds);
        }
    }

    @Test
    void knowsExactlyTheKeysOfWhatItKeeps() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        EventLog log = small(random.nextInt(3));
        for (int step = 0; step < 4_000; step++) {
            String topic = random.nextInt(50) == 0 ? "quiet" + random.nextInt(10) : "busy";
            append(
                    log,
                    Event.on(topic)
                            .data(step + "x".repeat(1_000))
                            .idempotencyKey(random.nextBoolean() ? "k" + step : null)
                            .build());
        }
        List<Entry> kept = entries(log);
        assertThat(kept).as("seed %d", seed).hasSizeLessThan(4_000);
        for (Entry entry : kept) {
            if (entry.event().idempotencyKey() != null) {
                assertThat(append(log, entry.event())).as("seed %d", seed).containsExactly(entry);
            }
        }
        assertThat(entries(log)).as("seed %d", seed).isEqualTo(kept);
    }

    private EventLog roomy() throws Exception {
        EventLog log = open();
        opened.add(log);
        return log;
    }

    private EventLog small(int keepLast) throws Exception {
        EventLog log = openSmall(keepLast);
        opened.add(log);
        return log;
    }

    private static Event keyed(String key, String data) {
        return Event.on("a").data(data).idempotencyKey(key).build();
    }

    /** Appends events of a busy topic until the event with this data is no longer kept. */
    private static void pushOut(EventLog log, String data) throws Exception {
        String filling = "f".repeat(1_000);
        for (int bytes = 0; data(log).contains(data); bytes += 100 * filling.length()) {
            assertThat(bytes).isLessThanOrEqualTo(ENOUGH_TO_FORGET);
            for (int i = 0; i < 100; i++) {
                append(log, Event.of("busy", filling));
            }
        }
    }

    private static List<Entry> append(EventLog log, Event... events) throws Exception {
        return join(log.append(List.of(events)));
    }

    private static List<Entry> join(CompletionStage<List<Entry>> append) throws Exception {
        return append.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** The index of the event that the log refuses because of its key. */
    private static int conflict(EventLog log, Event... events) throws Exception {
        try {
            List<Entry> result = append(log, events);
            throw new AssertionError("appended " + result);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof CompletionException) {
                cause = cause.getCause();
            }
            if (cause instanceof IdempotencyConflictException conflict) {
                return conflict.index();
            }
            throw failed;
        }
    }

    private static List<Entry> entries(EventLog log) {
        return log.read(0, TopicFilter.ALL, UNBOUNDED).entries();
    }

    private static List<String> data(EventLog log) {
        return entries(log).stream().map(entry -> entry.event().data()).toList();
    }
}

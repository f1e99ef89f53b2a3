package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.http.Encoded;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine on real threads: publishers, lanes and subscribers that come and go. */
@Timeout(120)
class EngineStressTest {

    private static final String[] TOPICS = {"a", "b", "c", "d/1", "d/2"};
    private static final int EVENTS = Integer.getInteger("stress", 40_000);
    private static final int STARTS = 2_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final long seed = System.nanoTime();
    private final List<LoopThread> loops =
            IntStream.range(0, 3).mapToObj(i -> new LoopThread("loop-" + i)).toList();
    private final NavigableMap<Long, String> published = new ConcurrentSkipListMap<>();
    /** Small bounds, so that readers slide and inboxes overflow. */
    private final EngineBounds bounds = new EngineBounds(60_000, 30_000, 200_000, 100_000, 200_000, 64, 64_000, 32_000);

    private final Hub hub = Hub.over(
                    new MemoryLog("e", new Retention(1 << 30, 0, 1_000, 1 << 20), InstantSource.system()))
            .bounds(bounds)
            .build();

    @AfterEach
    void leavesNothing() {
        for (LoopThread loop : loops) {
            Lane lane = hub.lane(loop);
            assertThat(loop.call(() -> {
                        lane.pass();
                        return lane.isQuiet();
                    }))
                    .isTrue();
            loop.close();
        }
        assertThat(hub.tape().isEmpty()).isTrue();
        assertThat(hub.stats().subscriptions()).isZero();
        hub.close();
    }

    @Test
    void givesEveryReaderTheLogExactlyOnce() {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Reader reader = new Reader(new Random(seed + i));
            readers.add(reader);
            reader.arrive(null);
        }
        List<Thread> publishers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(seed - i - 1);
            publishers.add(Thread.ofPlatform().start(() -> publish(random, EVENTS / 3)));
        }
        for (Thread publisher : publishers) {
            join(publisher);
        }
        long end = hub.log().end();
        assertThat(published).hasSize((int) end);
        for (Reader reader : readers) {
            reader.calm = true;
        }
        await().atMost(LONG)
                .until(() -> readers.stream().allMatch(reader -> reader.hasReached(end) || reader.broken != null));
        for (Reader reader : readers) {
            reader.leave();
        }
        await().atMost(LONG).until(() -> hub.stats().subscriptions() == 0);
        for (Reader reader : readers) {
            assertThat(reader.broken).as("seed %d", seed).isNull();
            List<Long> expected = published.tailMap(reader.start, false).entrySet().stream()
                    .filter(entry -> reader.interest.selectors().selects(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
            int same = 0;
            while (same < expected.size()
                    && same < reader.received.size()
                    && expected.get(same).equals(reader.received.get(same))) {
                same++;
            }
            assertThat(reader.received.subList(same, reader.received.size()))
                    .as("seed %d: behind %d events from %d", seed, same, reader.start)
                    .isEqualTo(expected.subList(same, expected.size()));
        }
        long slides = loops.stream()
                .mapToLong(loop -> hub.lane(loop).counters().slides)
                .sum();
        System.out.println("seed " + seed + ": " + hub.stats() + ", slides " + slides);
        assertThat(slides).isPositive();
    }

    @Test
    void neverLosesAWakeUp() {
        AtomicLong seen = new AtomicLong();
        LoopThread loop = loops.getFirst();
        Probe probe = new Probe() {
            @Override
            public void onReady() {
                super.onReady();
                if (subscription != null) {
                    seen.set(subscription.position());
                }
            }
        };
        loop.call(() -> {
            probe.subscription = hub.subscribe(loop, interest("a", "wake-up"), Start.LIVE, probe);
            probe.begin();
            return probe;
        });
        long deadline = System.nanoTime() + LONG.toNanos();
        Random random = new Random(seed);
        for (int i = 2; i <= 60_000; i += 2) {
            hub.publish(List.of(Event.of("a", "")));
            // The second comes while the lane is busy with the first: anywhere from before its pass to behind it.
            for (int spins = random.nextInt(1 << random.nextInt(10)); spins > 0; spins--) {
                Thread.onSpinWait();
            }
            hub.publish(List.of(Event.of("a", "")));
            while (seen.get() < i) {
                assertThat(System.nanoTime())
                        .as("event %d is waited for until", i)
                        .isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
        loop.call(() -> {
            probe.subscription().close();
            return probe;
        });
    }

    @Test
    void startsEachReaderWithoutAGapOrARepeat() {
        AtomicBoolean enough = new AtomicBoolean();
        Thread publisher = Thread.ofPlatform().start(() -> {
            while (!enough.get()) {
                hub.publish(List.of(Event.of("a", ""), Event.of("a", "")));
                loops.getLast().call(() -> true);
            }
        });
        List<Starter> starters = new ArrayList<>();
        for (LoopThread loop : loops) {
            Starter starter = new Starter(loop);
            starters.add(starter);
            loop.execute(starter::begin);
        }
        await().atMost(LONG)
                .until(() -> starters.stream()
                        .allMatch(starter -> starter.starts.get() >= STARTS || starter.broken != null));
        enough.set(true);
        join(publisher);
        await().atMost(LONG).until(() -> hub.stats().subscriptions() == 0);
        assertThat(starters).allSatisfy(starter -> assertThat(starter.broken).isNull());
    }

    private static Interest interest(String topic, String format) {
        return new Interest(Selectors.of(topic), new PlainFormat(format, true), DeliveryMode.ALL);
    }

    /** Subscribes again and again, each time in an audience of its own, until the first few events have come. */
    private final class Starter implements Subscription.Listener {
        private final LoopThread loop;
        private @Nullable Subscription subscription;
        private long next;
        private int left;
        private final AtomicInteger starts = new AtomicInteger();
        private volatile @Nullable Throwable broken;

        Starter(LoopThread loop) {
            this.loop = loop;
        }

        void begin() {
            left = 5;
            subscription = null;
            // From now on, or from a little earlier, through the history.
            int turn = starts.get();
            long earlier = Math.max(0, hub.log().end() - turn % 5);
            Start start =
                    turn % 2 == 0 ? Start.LIVE : Start.after(hub.cursor(earlier).toString());
            subscription = hub.subscribe(loop, interest("a", "starter " + starts.get()), start, this);
            onReady();
        }

        @Override
        public void onOpen(Notice outcome) {
            next = outcome.from().position() + 1;
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            while (from != null && left > 0) {
                Encoded run = from.poll(1);
                if (run == null) {
                    return;
                }
                if (!run.toString().equals(next + ";")) {
                    broken = new AssertionError("wanted " + next + " and got " + run);
                    left = 1;
                }
                // All events match, so that a cursor behind this one would leave out another.
                if (from.position() > next) {
                    broken = new AssertionError("the cursor is " + from.position() + " behind event " + next);
                }
                next++;
                if (--left == 0) {
                    from.close();
                    if (starts.incrementAndGet() < STARTS && broken == null) {
                        loop.execute(this::begin);
                    }
                }
            }
        }

        @Override
        public void onDrain() {
            broken = new AssertionError("drained");
        }

        @Override
        public void onFailure(RuntimeException cause) {
            broken = cause;
        }
    }

    private void publish(Random random, int count) {
        for (int done = 0; done < count; ) {
            List<Event> events = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                events.add(Event.of(TOPICS[random.nextInt(TOPICS.length)], "x".repeat(random.nextInt(200))));
            }
            hub.publish(events)
                    .thenAccept(entries -> entries.forEach(entry ->
                            published.put(entry.position(), entry.event().canonicalTopic())));
            done += events.size();
            if (random.nextInt(10) == 0) {
                // Lets the lanes come along for once.
                loops.forEach(loop -> loop.call(() -> true));
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Reads on some loop, stalls, and moves to another loop with its cursor. */
    private final class Reader implements Subscription.Listener {
        private final Random random;
        private final Interest interest;
        private final List<Long> received = new ArrayList<>();
        private volatile LoopThread loop = loops.getFirst();
        private volatile @Nullable Subscription subscription;
        private volatile boolean left;
        private volatile boolean open;
        private long start = -1;
        private volatile long reached;
        private volatile boolean calm;
        private volatile @Nullable Throwable broken;

        Reader(Random random) {
            this.random = random;
            String[] some = {"*", "d/{x}", TOPICS[random.nextInt(TOPICS.length)]};
            this.interest =
                    new Interest(Selectors.of(some[random.nextInt(some.length)]), PlainFormat.PLAIN, DeliveryMode.ALL);
        }

        void arrive(@Nullable String cursor) {
            LoopThread next = loops.get(random.nextInt(loops.size()));
            loop = next;
            next.execute(() -> {
                if (left) {
                    return;
                }
                Start from = cursor == null ? Start.LIVE : Start.after(cursor);
                open = false;
                subscription = requireNonNull(hub.subscribe(next, interest, from, this));
                onReady();
            });
        }

        void leave() {
            loop.execute(() -> {
                left = true;
                if (subscription != null) {
                    subscription.close();
                }
            });
        }

        boolean hasReached(long end) {
            LoopThread on = loop;
            on.execute(() -> {
                if (loop != on) {
                    return; // it has moved
                }
                hub.lane(on).pass();
                Subscription from = subscription;
                if (from != null && open) {
                    onReady();
                    reached = from.position();
                }
            });
            return reached >= end;
        }

        @Override
        public void onOpen(Notice outcome) {
            open = true;
            if (start < 0) {
                start = outcome.from().position();
            }
            if (outcome.state() == Notice.State.LOST) {
                broken = new AssertionError("lost at " + outcome);
            }
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            if (from == null || !open) {
                return;
            }
            int most = calm ? Integer.MAX_VALUE : random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(20);
            for (int i = 0; i < most; i++) {
                Encoded run = from.poll(1 + random.nextInt(2_000));
                if (run == null) {
                    return;
                }
                take(run);
            }
            if (random.nextInt(10) == 0) {
                subscription = null;
                String cursor = from.cursor().toString();
                from.close();
                arrive(cursor);
            } else {
                // It stalls for a while.
                hub.scheduler()
                        .schedule(
                                1 + random.nextInt(20),
                                () -> loop.execute(() -> {
                                    if (subscription == from) {
                                        onReady();
                                    }
                                }));
            }
        }

        private void take(Encoded run) {
            for (int part = 0; part < run.parts(); part++) {
                String text = new String(
                        run.bytes(), run.start(part), run.end(part) - run.start(part) - 1, StandardCharsets.UTF_8);
                received.add(Long.parseLong(text));
            }
        }

        @Override
        public void onDrain() {
            broken = new AssertionError("drained");
        }

        @Override
        public void onFailure(RuntimeException cause) {
            broken = cause;
        }
    }
}

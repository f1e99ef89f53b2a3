package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import dev.pharos.stepped.SteppedLoop;
import dev.pharos.stepped.VirtualTime;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Everybody reconnects at once, with cursors far back and far apart. */
class StormTest {

    private static final int EVENTS = 10_000;
    private static final int BLOCK = 1_024;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final VirtualTime time = new VirtualTime();
    private final List<SteppedLoop> loops = List.of(new SteppedLoop(), new SteppedLoop());
    private final ArrayDeque<Runnable> reads = new ArrayDeque<>();
    private final CountedLog log =
            new CountedLog(new MemoryLog("storm", new Retention(1 << 30, 0, 1_000, 1 << 20), InstantSource.system()));
    private final List<Reader> readers = new ArrayList<>();

    private EngineBounds bounds = EngineBounds.ofHeap(64 << 20, loops.size());
    private @Nullable Hub hub;
    private int filled;
    private long mostHeld;
    /** How many times a reader was called that has not caught up. */
    private int calls;

    private long mostKept;

    @Test
    void readsTheHistoryOnceForAllReadersOfALane() {
        // Room for three blocks of ten.
        bounds = bounds.withHistoryBytes(3L * BLOCK * 700);
        fill(EVENTS, 100);
        Reader live = begin("live", Start.LIVE);
        for (int i = 0; i < 5_000; i++) {
            begin("history", random.nextInt(EVENTS));
        }
        int opening = log.reads;
        settle(live);
        int blocks = EVENTS / BLOCK + 1;
        assertThat(log.reads - opening).as("seed %d: reads", seed).isBetween(blocks, 8 * blocks * loops.size());
        allHaveEverything();
    }

    @Test
    void holdsLittleForReadersThatStall() {
        fill(EVENTS, 100);
        Reader live = begin("live", Start.LIVE);
        for (int i = 0; i < 5_000; i++) {
            Reader reader = begin(i % 50 == 0 ? "*" : "history", random.nextInt(EVENTS));
            reader.greed = random.nextInt(3);
        }
        settle(live);
        stallAndGoOn(live);
        allHaveEverything();
        long drops = loops.stream()
                .mapToLong(loop -> hub().lane(loop).held().dropped())
                .sum();
        assertThat(drops).isPositive();
        assertThat(mostHeld).isBetween(1L, (long) bounds.heldBytes());
    }

    @Test
    void staysWithinItsBoundsWithTheLargestEvents() {
        fill(60, 1 << 20);
        Reader live = begin("live", Start.LIVE);
        for (int i = 0; i < 500; i++) {
            begin("history", random.nextInt(60)).greed = random.nextInt(2);
        }
        settle(live);
        int first = log.reads;
        stallAndGoOn(live);
        allHaveEverything();
        assertThat(first).isLessThan(500);
        // The one that a reader has just come to is held in any case.
        assertThat(mostHeld).isLessThan(Math.max(bounds.heldBytes(), 3 << 20));
        assertThat(mostKept).isLessThanOrEqualTo(bounds.historyBytes());
    }

    /** The readers take a little now and then, in any order, until they have all. */
    private void stallAndGoOn(Reader live) {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < readers.size(); i++) {
                Reader reader = readers.get(random.nextInt(readers.size()));
                reader.greed = 1 + random.nextInt(3);
                reader.onReady();
                if (i % 50 == 0) {
                    settle(live);
                }
            }
        }
        for (Reader reader : readers) {
            reader.greed = Integer.MAX_VALUE;
            reader.onReady();
        }
        settle(live);
    }

    private void fill(int count, int size) {
        filled = count;
        String data = "x".repeat(size);
        for (int i = 0; i < count; i++) {
            log.append(List.of(Event.of("history", data)));
        }
        hub = Hub.over(log).scheduler(time).readers(reads::add).bounds(bounds).build();
    }

    private Hub hub() {
        return requireNonNull(hub);
    }

    private Reader begin(String topic, int after) {
        Reader reader = begin(topic, Start.after(hub().cursor(after).toString()));
        reader.next = 1L + after;
        readers.add(reader);
        return reader;
    }

    private Reader begin(String topic, Start start) {
        Interest interest = new Interest(Selectors.of(topic), PlainFormat.PLAIN, DeliveryMode.ALL);
        SteppedLoop loop = topic.equals("live") ? loops.getFirst() : loops.get(random.nextInt(loops.size()));
        Reader reader = new Reader(loop);
        loop.within(() -> {
            reader.subscription = requireNonNull(hub().subscribe(loop, interest, start, reader));
            reader.onReady();
        });
        return reader;
    }

    /** Runs what there is to run; now and then something is published for the live reader, who gets it in a few tasks. */
    private void settle(Reader live) {
        int steps = 0;
        while (isBusy()) {
            Runnable read = reads.poll();
            if (read != null) {
                read.run();
            }
            for (SteppedLoop loop : loops) {
                int before = calls;
                loop.runOne();
                assertThat(calls - before).as("readers called in one task").isLessThanOrEqualTo(20);
            }
            look();
            // Behind the openings, which the loops have at once.
            if (++steps % 100 == 0 && steps > 5_000) {
                isPrompt(live);
            }
        }
        isPrompt(live);
    }

    /** Whether there is something to do, maybe after the time that is left to readers which do not take what they have. */
    private boolean isBusy() {
        if (reads.isEmpty()
                && loops.stream().allMatch(SteppedLoop::isIdle)
                && loops.stream().anyMatch(loop -> !hub().lane(loop).turns().isEmpty())) {
            time.pass(50);
        }
        return !reads.isEmpty() || !loops.stream().allMatch(SteppedLoop::isIdle);
    }

    private void isPrompt(Reader live) {
        int before = live.runs;
        hub().publish(List.of(Event.of("live", "")));
        int taken = 0;
        while (live.runs == before && loops.getFirst().runOne()) {
            taken++;
        }
        assertThat(live.runs).isEqualTo(before + 1);
        assertThat(taken).as("tasks before the live reader's").isLessThanOrEqualTo(10);
    }

    private void look() {
        for (SteppedLoop loop : loops) {
            mostHeld = Math.max(mostHeld, hub().lane(loop).held().bytes());
        }
        mostKept = Math.max(mostKept, hub().history().bytes());
    }

    private void allHaveEverything() {
        for (Reader reader : readers) {
            assertThat(reader.broken).as("seed %d", seed).isNull();
            assertThat(reader.next).as("seed %d", seed).isGreaterThan(filled);
            assertThat(reader.subscription().hasLost()).isFalse();
            reader.loop.within(() -> reader.subscription().close());
        }
    }

    /** Takes so many runs each time it is called, and checks that nothing is missing. */
    private final class Reader implements Subscription.Listener {
        private final SteppedLoop loop;
        private @Nullable Subscription subscription;
        private long next;
        private int greed = Integer.MAX_VALUE;
        private int runs;
        private @Nullable Object broken;

        Reader(SteppedLoop loop) {
            this.loop = loop;
        }

        Subscription subscription() {
            return requireNonNull(subscription);
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            if (from != null && !from.isLive()) {
                calls++;
            }
            for (int i = 0; from != null && i < greed; i++) {
                Encoded run = from.poll(64 << 10);
                if (run == null) {
                    return;
                }
                runs++;
                check(run.toString());
            }
        }

        private void check(String text) {
            for (String position : text.split(";")) {
                long got = Long.parseLong(position);
                if (next > 0 && got != next && got <= EVENTS) {
                    broken = "wanted " + next + " and got " + got;
                }
                next = got + 1;
            }
        }

        @Override
        public void onOpen(Notice outcome) {
            if (outcome.state() == Notice.State.LOST) {
                broken = outcome;
            }
        }

        @Override
        public void onDrain() {
            broken = "drained";
        }

        @Override
        public void onFailure(RuntimeException cause) {
            broken = cause;
        }
    }
}

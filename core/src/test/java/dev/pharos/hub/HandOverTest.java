package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import dev.pharos.stepped.VirtualTime;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The hand-over from history to what is published now. A subscription begins while events are published: in every order in which the publisher, the lane and the reader of
 * history can come in each other's way, it gets each event once, is woken for it, and its cursor passes over none. {@code -Dinterruptions=3} goes through many times as many.
 */
@Timeout(120)
class HandOverTest {

    private static final int INTERRUPTIONS = Integer.getInteger("interruptions", 2);

    @Test
    void beginsLive() {
        explore("live", run -> {
            Bench bench = new Bench(run, 0);
            bench.publisher(2);
            Reader reader = bench.reader(Start.LIVE);
            bench.lane(reader::begin);
            return () -> bench.check(reader);
        });
    }

    @Test
    void goesFromHistoryToLive() {
        explore("from history", run -> {
            Bench bench = new Bench(run, 2);
            bench.publisher(2);
            Reader reader = bench.reader(Start.after(bench.hub.cursor(1).toString()));
            bench.lane(reader::begin);
            return () -> bench.check(reader);
        });
    }

    @Test
    void comesWithACursorAtTheEndWhereNobodyReads() {
        explore("at the end", run -> {
            Bench bench = new Bench(run, 1);
            bench.publisher(2);
            Reader reader = bench.reader(Start.after(bench.hub.cursor(1).toString()));
            bench.lane(reader::begin);
            return () -> bench.check(reader);
        });
    }

    @Test
    void joinsAnAudienceThatHasReadersAlready() {
        explore("joining", run -> {
            Bench bench = new Bench(run, 1);
            bench.publisher(2);
            Reader first = bench.reader(Start.LIVE);
            Reader second = bench.reader(Start.after(bench.hub.cursor(0).toString()));
            bench.lane(first::begin, second::begin);
            return () -> bench.check(first, second);
        });
    }

    @Test
    void comesBackAfterItsAudienceHasGone() {
        explore("coming back", run -> {
            Bench bench = new Bench(run, 0);
            bench.publisher(3);
            Reader reader = bench.reader(Start.LIVE);
            bench.lane(reader::begin, reader::comeBack);
            return () -> bench.check(reader);
        });
    }

    @Test
    void takesOneAtATimeWhileItIsNotHurried() {
        explore("slow", run -> {
            Bench bench = new Bench(run, 1);
            bench.publisher(2);
            Reader reader = bench.reader(Start.after(Start.EARLIEST));
            reader.slow = true;
            bench.lane(reader::begin, reader::takeOne, reader::hurry);
            return () -> bench.check(reader);
        });
    }

    private static void explore(String what, Interleavings.Scenario scenario) {
        System.out.println(what + ": " + Interleavings.of(INTERRUPTIONS, scenario) + " orders");
    }

    /** A hub whose threads are actors: a publisher, a lane, and what reads history. */
    private static final class Bench {
        private final Interleavings.Run run;
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final ArrayDeque<Runnable> reads = new ArrayDeque<>();
        private final Hub hub;
        private final EventLoop loop = new EventLoop() {
            @Override
            public void execute(Runnable task) {
                submit(tasks, task);
            }

            @Override
            public boolean inLoop() {
                return onLoop;
            }
        };
        private boolean onLoop;
        /** What was begun and has not ended. */
        private int pending;

        Bench(Interleavings.Run run, int published) {
            this.run = run;
            hub = Hub.over(new ShownLog(
                            new MemoryLog("e", new Retention(1 << 20, 0, 100, 1 << 16), InstantSource.system()),
                            run::point))
                    .scheduler(new VirtualTime())
                    .bounds(dev.pharos.hub.Bench.BOUNDS)
                    .readers(task -> submit(reads, task))
                    .locks(run::newLock)
                    .build();
            publish(published);
        }

        private void submit(ArrayDeque<Runnable> queue, Runnable task) {
            pending++;
            queue.add(task);
            run.point();
        }

        private void work(ArrayDeque<Runnable> queue) {
            while (true) {
                run.waitFor(() -> !queue.isEmpty() || pending == 0);
                Runnable task = queue.poll();
                if (task == null) {
                    return;
                }
                task.run();
                pending--;
            }
        }

        private void publish(int events) {
            for (int i = 0; i < events; i++) {
                hub.publish(List.of(Event.of("a", "")));
            }
        }

        void publisher(int events) {
            pending++;
            run.actor("publisher", () -> {
                publish(events);
                pending--;
            });
        }

        Reader reader(Start start) {
            return new Reader(this, start);
        }

        /** The lane, which begins with these tasks, and the reader of history. */
        void lane(Runnable... first) {
            for (Runnable task : first) {
                pending++;
                tasks.add(task);
            }
            run.actor("lane", () -> work(tasks));
            run.actor("history", () -> work(reads));
        }

        void check(Reader... readers) {
            long end = hub.log().end();
            for (Reader reader : readers) {
                assertThat(reader.broken).isNull();
                assertThat(reader.received).isEqualTo(reader.expected(end));
                assertThat(requireNonNull(reader.subscription).position()).isEqualTo(end);
            }
        }
    }

    private static final class Reader implements Subscription.Listener {
        private final Bench bench;
        private final Start start;
        private final List<Long> received = new ArrayList<>();
        private @Nullable Subscription subscription;
        private @Nullable Throwable broken;
        private boolean slow;
        private boolean open;
        private long from;
        private long passed;

        Reader(Bench bench, Start start) {
            this.bench = bench;
            this.start = start;
        }

        private void subscribe(Start at) {
            open = false;
            subscription = null;
            subscription = requireNonNull(bench.hub.subscribe(bench.loop, interest(), at, this));
            onReady();
        }

        private static Interest interest() {
            return new Interest(Selectors.of("a"), PlainFormat.PLAIN, DeliveryMode.ALL);
        }

        void begin() {
            subscribe(start);
        }

        /** Goes, and comes back with its cursor. */
        void comeBack() {
            bench.hub.lane(bench.loop).pass();
            mark();
            Subscription leaving = requireNonNull(subscription);
            leaving.close();
            subscribe(Start.after(bench.hub.cursor(passed).toString()));
        }

        void takeOne() {
            take();
        }

        void hurry() {
            slow = false;
            takeAll();
        }

        @Override
        public void onOpen(Notice outcome) {
            open = true;
            if (received.isEmpty() && passed == 0) {
                from = outcome.from().position();
            }
            assertThat(outcome.from().position()).isGreaterThanOrEqualTo(passed);
            passed = outcome.from().position();
        }

        @Override
        public void onReady() {
            if (slow) {
                take();
            } else {
                takeAll();
            }
        }

        private void takeAll() {
            while (take()) {
                // until there is none
            }
        }

        private boolean take() {
            mark();
            Subscription at = subscription;
            Encoded run = at == null ? null : at.poll(1);
            if (run == null) {
                return false;
            }
            long position = Long.parseLong(run.toString().replace(";", ""));
            assertThat(position).as("behind the cursor").isGreaterThan(passed);
            received.add(position);
            mark();
            return true;
        }

        /** Takes the cursor of the subscription, with which it could come back. */
        private void mark() {
            Subscription at = subscription;
            if (at != null && open) {
                long position = at.position();
                assertThat(position).as("a cursor never goes back").isGreaterThanOrEqualTo(passed);
                passed = position;
            }
        }

        /** All that was published behind the place where it began. */
        List<Long> expected(long end) {
            List<Long> all = new ArrayList<>();
            for (long position = from + 1; position <= end; position++) {
                all.add(position);
            }
            return all;
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

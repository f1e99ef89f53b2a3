package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.EventLoop;
import dev.pharos.log.Event;
import dev.pharos.stepped.SteppedLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

    private Bench bench = new Bench();

    @AfterEach
    void leavesNothing() {
        bench.close();
    }

    @Test
    void isTheSameForALoop() {
        assertThat(bench.hub.lane(bench.loop)).isSameAs(bench.lane);
        assertThat(bench.hub.lane(new SteppedLoop())).isNotSameAs(bench.lane);
    }

    @Test
    void isWokenOnlyByWhatSomebodySees() {
        bench.subscribe(Start.LIVE, "a", "x/{y}");
        bench.publish("b", "c/1", "x");
        bench.hub.publish(List.of(Event.on("a").isPrivate(true).build()));
        assertThat(bench.loop.isIdle()).isTrue();
        bench.publish("x/1");
        assertThat(bench.loop.isIdle()).isFalse();
    }

    @Test
    void isWokenOnceForAllThatPilesUp() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        int before = probe.ready;
        bench.publish(1_000, "a");
        assertThat(bench.loop.runOne()).isTrue();
        assertThat(bench.loop.isIdle()).isTrue();
        assertThat(probe.ready).isEqualTo(before + 1);
        assertThat(probe.text()).endsWith(";1000;");
    }

    @Test
    void isWokenOnceForAllThatTheLogSettlesTogether() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        List<Runnable> told = new ArrayList<>();
        Runnable answer = () -> told.add(() -> {});
        bench.hub.tape().onGroupStart();
        bench.publish("a", "a");
        bench.lane.settle(answer);
        bench.lane.settle(answer);
        assertThat(bench.loop.isIdle()).as("before the end of the group").isTrue();
        bench.hub.tape().onGroupEnd();
        assertThat(bench.loop.runOne()).isTrue();
        assertThat(bench.loop.isIdle()).isTrue();
        assertThat(probe.text()).isEqualTo("1;2;");
        assertThat(told).hasSize(2);
    }

    @Test
    void isWokenAtOnceByWhoeverSettlesNoGroup() throws InterruptedException {
        bench.hub.tape().onGroupStart();
        Thread other = new Thread(() -> bench.lane.settle(() -> {}));
        other.start();
        other.join();
        assertThat(bench.loop.isIdle()).isFalse();
        bench.hub.tape().onGroupEnd();
        bench.settle();
        bench.lane.settle(() -> {});
        assertThat(bench.loop.isIdle()).isFalse();
    }

    @Test
    void anAnswerThatFailsKeepsNoOtherBack() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        List<String> told = new ArrayList<>();
        bench.lane.settle(() -> {
            throw new IllegalStateException("thrown by a test");
        });
        bench.lane.settle(() -> told.add("second"));
        bench.publish("a");
        bench.settle();
        assertThat(told).containsExactly("second");
        assertThat(probe.text()).isEqualTo("1;");
    }

    @Test
    void readsTheHistoryWhenTooMuchIsOnItsWay() {
        bench = new Bench(
                1 << 20, new EngineBounds(2_000, 1 << 20, 1 << 20, 1 << 20, 16 << 20, 1_024, 1 << 20, 1 << 20));
        Probe probe = bench.subscribe(Start.LIVE, "a");
        Probe other = bench.subscribe(Start.LIVE, "a", "b");
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 100; i++) {
            expected.append(i).append(';');
        }
        bench.publish(100, "a");
        bench.settle();
        assertThat(bench.lane.counters().overruns).isEqualTo(2);
        assertThat(probe.text()).isEqualTo(expected.toString()).isEqualTo(other.text());
        bench.publish("a");
        bench.settle();
        assertThat(probe.text()).isEqualTo(expected + "101;");
        assertThat(probe.subscription().isLive()).isTrue();
        assertThat(bench.lane.counters().overruns).isEqualTo(2);
    }

    @Test
    void countsAnEventForManyAudiencesOnce() {
        bench = new Bench(
                1 << 20, new EngineBounds(10_000, 1 << 20, 1 << 20, 1 << 20, 16 << 20, 1_024, 1 << 20, 1 << 20));
        for (int i = 0; i < 100; i++) {
            bench.subscribe(Start.LIVE, "a", "unused" + i);
        }
        bench.publish("a", "a");
        bench.settle();
        assertThat(bench.lane.counters().overruns).isZero();
    }

    @Test
    void movesItsCursorsWhenAskedTo() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        bench.publish(5, "b");
        assertThat(probe.subscription().position()).isZero();
        bench.loop.within(bench.lane::pass);
        assertThat(probe.subscription().position()).isEqualTo(5);
    }

    @Test
    void keepsNothingForReadersThatKeepUp() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        bench.publish(100, "a");
        bench.settle();
        assertThat(probe.subscription().isCaughtUp()).isTrue();
        assertThat(bench.lane.windowBytes()).isZero();
    }

    @Test
    void keepsTheEndForSlowReadersWithinBounds() {
        bench = new Bench(
                10 << 20, new EngineBounds(1 << 20, 10_000, 50_000, 1 << 20, 16 << 20, 1_024, 1 << 20, 1 << 20));
        List<Probe> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Probe probe = bench.subscribe(Start.LIVE, "a", "topic" + i);
            probe.greed = 0;
            slow.add(probe);
        }
        long most = 0;
        for (int i = 0; i < 500; i++) {
            bench.publish("a", "topic" + i % 20);
            bench.settle();
            if (i % 7 == 0) {
                slow.get(i % 20).take(200);
            }
            most = Math.max(most, bench.lane.windowBytes());
        }
        // What one pass brings comes on top, before it is trimmed.
        assertThat(most).isBetween(40_000L, 60_000L);
        for (Probe probe : slow) {
            probe.greed = 1_000;
            probe.takeAll(1_000);
        }
        bench.settle();
        for (int i = 0; i < 20; i++) {
            assertThat(slow.get(i).text().split(";")).as("reader %d", i).hasSize(525);
        }
    }

    @Test
    void letsGoOfTheWindowWhenTheSlowReaderLeaves() {
        Probe slow = bench.subscribe(Start.LIVE, "a");
        Probe quick = bench.subscribe(Start.LIVE, "a");
        slow.greed = 0;
        bench.publish(10, "a");
        bench.settle();
        assertThat(bench.lane.windowBytes()).isPositive();
        assertThat(bench.hub.stats().lagging()).isEqualTo(1);
        bench.loop.within(() -> slow.subscription().close());
        assertThat(bench.lane.windowBytes()).isZero();
        assertThat(bench.hub.stats().lagging()).isZero();
        assertThat(quick.text()).endsWith(";10;");
    }

    @Test
    void runsTimers() {
        List<Long> fired = new ArrayList<>();
        long start = bench.time.nanoTime();
        Timed timer = new Timed() {
            @Override
            protected void onDue() {
                fired.add((bench.time.nanoTime() - start) / 1_000_000);
                if (fired.size() < 3) {
                    bench.lane.schedule(this, 15_000);
                }
            }
        };
        bench.loop.within(() -> bench.lane.schedule(timer, 15_000));
        for (int i = 0; i < 600; i++) {
            bench.time.pass(100);
            bench.loop.runAll();
        }
        assertThat(fired).hasSize(3);
        assertThat(fired.get(0)).isBetween(15_000L, 15_300L);
        assertThat(fired.get(1) - fired.get(0)).isBetween(15_000L, 15_300L);
        // Nothing ticks when there is no timer.
        assertThat(bench.time.isIdle()).isTrue();
    }

    @Test
    void runsATimerOnceAfterTheMachineSlept() {
        List<Integer> fired = new ArrayList<>();
        Timed beat = new Timed() {
            @Override
            protected void onDue() {
                fired.add(fired.size());
                bench.lane.schedule(this, 15_000);
            }
        };
        bench.loop.within(() -> bench.lane.schedule(beat, 15_000));
        bench.time.sleep(24 * 3_600_000);
        bench.loop.runAll();
        assertThat(fired).hasSize(1);
        bench.loop.within(() -> bench.lane.cancel(beat));
    }

    @Test
    void harmsNobodyWhenItsLoopHasEnded() {
        Dead dead = new Dead();
        Probe lonely = new Probe();
        Interest interest = new Interest(Selectors.of("a"), PlainFormat.PLAIN, DeliveryMode.ALL);
        lonely.subscription = bench.hub.subscribe(dead, interest, Start.LIVE, lonely);
        Probe probe = bench.subscribe(Start.LIVE, "a");
        dead.ended = true;
        bench.publish("a", "a");
        bench.hub.lane(dead).settle(() -> {
            throw new AssertionError("the loop has ended");
        });
        bench.settle();
        assertThat(probe.text()).isEqualTo("1;2;");
        bench.hub.drain();
        bench.settle();
        assertThat(probe.drained).isEqualTo(1);
        lonely.subscription().close();
    }

    private static final class Dead implements EventLoop {
        private boolean ended;

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            if (ended) {
                throw new RejectedExecutionException("the loop has ended");
            }
            task.run();
        }
    }
}

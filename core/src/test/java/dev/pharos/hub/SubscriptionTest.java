package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.EventLog;
import dev.pharos.log.LogException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

    private Bench bench = new Bench();

    @AfterEach
    void leavesNothing() {
        bench.close();
    }

    @Test
    void opensAtOnceWhenItStartsLive() {
        bench.publish("a");
        Probe probe = bench.subscribe(Start.LIVE, "a");
        assertThat(requireNonNull(probe.outcome).state()).isEqualTo(Notice.State.LIVE);
        assertThat(requireNonNull(probe.outcome).from()).isEqualTo(bench.hub.cursor(1));
        assertThat(probe.subscription().isCaughtUp()).isTrue();
        bench.publish("b", "a");
        bench.settle();
        assertThat(probe.text()).isEqualTo("3;");
    }

    @Test
    void isToldOnceUntilItHasPolledToTheEnd() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        probe.takeAll(100);
        probe.greed = 0;
        int before = probe.ready;
        for (int i = 0; i < 3; i++) {
            bench.publish("a");
            bench.settle();
        }
        assertThat(probe.ready).isEqualTo(before + 1);
        assertThat(probe.take(1)).isEqualTo("1;");
        bench.publish("a");
        bench.settle();
        assertThat(probe.ready).isEqualTo(before + 1);
        probe.takeAll(100);
        bench.publish("a");
        bench.settle();
        assertThat(probe.ready).isEqualTo(before + 2);
        probe.takeAll(100);
        assertThat(probe.text()).isEqualTo("1;2;3;4;5;");
    }

    @Test
    void isNotToldOfWhatItTookBeforeItWasTold() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        probe.takeAll(100);
        probe.greed = 0;
        int before = probe.ready;
        bench.publish("a");
        bench.loop.within(bench.lane::pass);
        assertThat(probe.ready).isEqualTo(before + 1);
        probe.takeAll(100);
        bench.settle();
        assertThat(probe.ready).isEqualTo(before + 1);
    }

    @Test
    void getsWhatPiledUpInOneRun() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        probe.greed = 0;
        bench.publish(5, "a");
        bench.settle();
        assertThat(probe.take(1 << 20)).isEqualTo("1;2;3;4;5;");
        assertThat(probe.take(1 << 20)).isNull();
    }

    @Test
    void getsInOneRunAlsoWhatCameSinceAnotherReadThere() {
        Probe first = bench.subscribe(Start.LIVE, "a");
        Probe second = bench.subscribe(Start.LIVE, "a");
        second.greed = 0;
        bench.publish("a", "a");
        bench.settle();
        bench.publish("a");
        bench.settle();
        assertThat(first.text()).isEqualTo("1;2;3;");
        assertThat(second.take(100)).isEqualTo("1;2;3;");
    }

    @Test
    void getsAtMostSoManyBytesButAlwaysAnEvent() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        probe.greed = 0;
        bench.publish(5, "a");
        bench.settle();
        assertThat(probe.take(5)).isEqualTo("1;2;");
        assertThat(probe.take(4)).isEqualTo("3;4;");
        assertThat(probe.take(1)).isEqualTo("5;");
    }

    @Test
    void sharesTheRunAmongThoseAtTheSamePlace() {
        Probe first = bench.subscribe(Start.LIVE, "a");
        Probe second = bench.subscribe(Start.LIVE, "a");
        first.greed = 0;
        second.greed = 0;
        bench.publish(5, "a");
        bench.settle();
        assertThat(first.subscription().poll(100))
                .isNotNull()
                .isSameAs(second.subscription().poll(100));
    }

    @Test
    void resumesFromHistoryAndGoesOnLive() {
        bench.publish(3, "a");
        Probe probe = bench.subscribe(Start.after(bench.cursor(1)), "a");
        assertThat(probe.outcome).isNull();
        assertThat(probe.take(100)).isNull();
        bench.settle();
        assertThat(requireNonNull(probe.outcome).state()).isEqualTo(Notice.State.RESUMED);
        assertThat(probe.text()).isEqualTo("2;3;");
        bench.publish("a");
        bench.settle();
        assertThat(probe.text()).isEqualTo("2;3;4;");
        assertThat(probe.subscription().isCaughtUp()).isTrue();
        assertThat(probe.subscription().hasLost()).isFalse();
    }

    @Test
    void missesNothingThatComesWhileItReadsHistory() {
        bench.publish(3, "a");
        Probe probe = bench.subscribe(Start.after(bench.cursor(0)), "a");
        bench.publish("a");
        bench.readOne(); // resolves
        bench.publish("a");
        bench.loop.runAll();
        bench.publish("a");
        bench.readOne(); // reads
        bench.publish("a");
        bench.settle();
        bench.publish("a");
        bench.settle();
        assertThat(probe.text()).isEqualTo("1;2;3;4;5;6;7;8;");
    }

    @Test
    void joinsTheEndOfALogThatGrowsAllTheTime() {
        bench.publish(10, "a");
        Probe probe = bench.subscribe(Start.after(bench.cursor(0)), "a");
        bench.subscribe(Start.LIVE, "a"); // one who keeps up, so that the window has no need to stay
        for (int round = 0; !probe.subscription().isLive(); round++) {
            assertThat(round).isLessThan(10);
            // Each time it has read to the end there is more before it is told.
            bench.readOne();
            bench.publish("a");
            bench.loop.within(bench.lane::pass);
            bench.loop.runAll();
        }
        probe.takeAll(100);
        assertThat(probe.subscription().isCaughtUp()).isTrue();
    }

    @Test
    void tellsWhenItIsCaughtUpThoughThereIsNothing() {
        bench.publish(3, "b");
        Probe probe = bench.subscribe(Start.after(bench.cursor(0)), "a");
        bench.settle();
        assertThat(probe.ready).isPositive();
        assertThat(probe.subscription().isCaughtUp()).isTrue();
        assertThat(probe.subscription().cursor()).isEqualTo(bench.hub.cursor(3));
    }

    @Test
    void hasACursorThatTravelsAheadOfItsEvents() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        bench.publish("a", "b", "b");
        bench.settle();
        bench.loop.within(bench.lane::pass);
        assertThat(probe.text()).isEqualTo("1;");
        assertThat(probe.subscription().position()).isEqualTo(3);
    }

    @Test
    void hasNoCursorAheadOfWhatIsStillToBePolled() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        probe.greed = 0;
        probe.takeAll(100);
        bench.publish("b", "a", "b");
        bench.settle();
        bench.loop.within(bench.lane::pass);
        assertThat(probe.subscription().isCaughtUp()).isFalse();
        assertThat(probe.subscription().position()).isLessThan(2);
        probe.take(100);
        assertThat(probe.subscription().position()).isEqualTo(3);
    }

    @Test
    void hasNoCursorAheadOfWhatOthersWereToldFirst() {
        Probe second = new Probe();
        Probe first = bench.subscribe(
                new Probe() {
                    @Override
                    public void onReady() {
                        super.onReady();
                        Subscription other = second.subscription;
                        if (other != null && !other.isCaughtUp()) {
                            assertThat(other.position()).isZero();
                        }
                    }
                },
                Start.LIVE,
                DeliveryMode.ALL,
                "a");
        bench.subscribe(second, Start.LIVE, DeliveryMode.ALL, "a", "b");
        bench.publish("a");
        bench.settle();
        assertThat(first.failure).isNull();
        assertThat(second.text()).isEqualTo("1;");
    }

    @Test
    void keepsItsCursorWhenItIsClosed() {
        Probe probe = bench.subscribe(Start.LIVE, "a");
        bench.publish("b");
        bench.loop.within(bench.lane::pass);
        bench.loop.within(() -> probe.subscription().close());
        assertThat(probe.subscription().position()).isEqualTo(1);
        assertThat(probe.subscription().poll(100)).isNull();
    }

    @Test
    void tellsOfALossOnceWhereItIs() {
        bench = new Bench(3_000, new EngineBounds(1 << 20, 1_000, 1 << 20, 1 << 20, 16 << 20, 1_024, 1 << 20, 1 << 20));
        Probe probe = bench.subscribe(Start.LIVE, "a");
        bench.publish("a");
        bench.settle();
        probe.greed = 0; // it stalls, and falls out of its window and then out of the log
        for (int i = 0; i < 100; i++) {
            bench.publish("a");
            bench.settle();
        }
        long kept = bench.log.size().events();
        assertThat(probe.subscription().hasLost()).isFalse();
        probe.greed = 100;
        probe.takeAll(100);
        bench.settle();
        StringBuilder expected = new StringBuilder("1;lost after 1;");
        for (long position = bench.log.end() - kept + 1; position <= bench.log.end(); position++) {
            expected.append(position).append(';');
        }
        assertThat(probe.text()).isEqualTo(expected.toString());
        assertThat(probe.subscription().hasLost()).isTrue();
        assertThat(bench.hub.stats().lost()).isEqualTo(1);
    }

    @Test
    void slidesToHistoryAndBackWithoutALoss() {
        bench = new Bench(
                1 << 20, new EngineBounds(1 << 20, 1_000, 1 << 20, 1 << 20, 16 << 20, 1_024, 1 << 20, 1 << 20));
        Probe probe = bench.subscribe(Start.LIVE, "a");
        probe.greed = 0;
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 100; i++) {
            bench.publish("a");
            bench.settle();
            expected.append(i).append(';');
        }
        probe.greed = 50;
        probe.takeAll(50);
        bench.settle();
        assertThat(bench.lane.counters().slides).isEqualTo(1);
        assertThat(probe.subscription().isLive()).isTrue();
        bench.publish("a");
        bench.settle();
        assertThat(probe.text()).isEqualTo(expected + "101;");
    }

    @Test
    void isNotToldOfALossTwice() {
        bench = new Bench(3_000, Bench.BOUNDS);
        bench.publish(100, "a");
        Probe lost = bench.subscribe(Start.after(bench.cursor(1)), "a");
        Probe earliest = bench.subscribe(Start.after(Start.EARLIEST), "a");
        Probe last = bench.subscribe(new Start(null, 1_000, false), "a");
        Probe foreign = bench.subscribe(new Start("pos:foreign.1", 1_000, false), "a");
        bench.settle();
        assertThat(requireNonNull(lost.outcome).state()).isEqualTo(Notice.State.LOST);
        assertThat(requireNonNull(earliest.outcome).state()).isEqualTo(Notice.State.RESUMED);
        assertThat(requireNonNull(last.outcome).state()).isEqualTo(Notice.State.LIVE);
        assertThat(requireNonNull(foreign.outcome).state()).isEqualTo(Notice.State.LOST);
        assertThat(lost.text())
                .doesNotContain("lost")
                .endsWith("100;")
                .isEqualTo(earliest.text())
                .isEqualTo(last.text())
                .isEqualTo(foreign.text());
    }

    @Test
    void conflatesWhileItIsSlow() {
        Probe probe = bench.subscribe(new Probe(), Start.LIVE, DeliveryMode.LATEST, "a", "b");
        probe.greed = 0;
        bench.publish("a", "b", "a");
        bench.settle();
        assertThat(probe.take(1)).isEqualTo("2;");
        bench.publish("b");
        bench.settle();
        assertThat(probe.take(100)).isEqualTo("3;4;");
    }

    @Test
    void givesConflatingReadersNothingStaleThatWasShared() {
        Probe first = bench.subscribe(new Probe(), Start.LIVE, DeliveryMode.LATEST, "a", "b");
        Probe second = bench.subscribe(new Probe(), Start.LIVE, DeliveryMode.LATEST, "a", "b");
        first.greed = 0;
        second.greed = 0;
        bench.publish("a", "b");
        bench.settle();
        assertThat(first.take(2)).isEqualTo("1;");
        bench.publish("a");
        bench.settle();
        assertThat(second.take(2)).isEqualTo("2;");
        assertThat(second.take(2)).isEqualTo("3;");
    }

    @Test
    void conflatesHistoryAsAWhole() {
        bench = new Bench(1 << 20, new EngineBounds(1 << 20, 1 << 20, 1 << 20, 1 << 20, 16 << 20, 4, 1_000, 1 << 20));
        for (int i = 0; i < 20; i++) {
            bench.publish("a", "b");
        }
        Probe probe = bench.subscribe(new Probe(), Start.after(bench.cursor(0)), DeliveryMode.LATEST, "a", "b");
        bench.settle();
        assertThat(probe.text()).isEqualTo("39;40;");
    }

    @Test
    void isNotToldOfALossOfWhatItHadGathered() {
        bench = new Bench(8 * 370, Bench.BOUNDS);
        bench.publish(3, "a");
        Probe probe = bench.subscribe(new Probe(), Start.after(bench.cursor(0)), DeliveryMode.LATEST, "a");
        bench.readOne();
        bench.loop.runAll();
        bench.readOne();
        bench.publish(2, "a");
        bench.loop.within(bench.lane::pass);
        bench.loop.runAll(); // it has gathered three and wants to read on
        bench.publish(5, "a");
        assertThat(bench.log
                        .read(0, Selectors.of("a"), new EventLog.Bounds(0, 1))
                        .floor())
                .isBetween(1L, 3L);
        bench.settle();
        assertThat(probe.text()).isEqualTo("10;");
    }

    @Test
    void endsWhenTheLogCannotBeRead() {
        bench.publish("a");
        Probe probe = bench.subscribe(Start.after(bench.cursor(0)), "a");
        bench.log.failure = new LogException("the disk is gone");
        bench.settle();
        assertThat(probe.failure).isInstanceOf(LogException.class).hasMessageContaining("disk");
        assertThat(probe.subscription().poll(100)).isNull();
        assertThat(bench.hub.stats().subscriptions()).isZero();
    }

    @Test
    void endsAloneWhenItsListenerFails() {
        Probe broken = new Probe() {
            @Override
            public void onReady() {
                super.onReady();
                if (!text().isEmpty()) {
                    throw new IllegalStateException("a bug");
                }
            }
        };
        Probe before = bench.subscribe(Start.LIVE, "a");
        bench.subscribe(broken, Start.LIVE, DeliveryMode.ALL, "a");
        Probe after = bench.subscribe(Start.LIVE, "a");
        Probe other = bench.subscribe(Start.LIVE, "a", "b");
        bench.publish("a");
        bench.settle();
        bench.publish("a");
        bench.settle();
        assertThat(broken.failure).hasMessage("a bug");
        assertThat(broken.text()).isEqualTo("1;");
        assertThat(before.text()).isEqualTo("1;2;").isEqualTo(after.text()).isEqualTo(other.text());
        assertThat(bench.hub.stats().subscriptions()).isEqualTo(3);
    }

    @Test
    void mayCloseItselfAndOthersWhenItIsTold() {
        Probe[] probes = new Probe[6];
        for (int i = 0; i < probes.length; i++) {
            int me = i;
            probes[i] = bench.subscribe(
                    new Probe() {
                        @Override
                        public void onReady() {
                            super.onReady();
                            if (me == 3 && !text().isEmpty()) {
                                subscription().close();
                                probes[0].subscription().close();
                                probes[4].subscription().close();
                            }
                        }
                    },
                    Start.LIVE,
                    DeliveryMode.ALL,
                    "a");
        }
        bench.publish("a");
        bench.settle();
        bench.publish("a");
        bench.settle();
        for (int i : new int[] {1, 2, 5}) {
            assertThat(probes[i].text()).as("reader %d", i).isEqualTo("1;2;");
        }
        assertThat(probes[3].text()).isEqualTo("1;");
        assertThat(bench.hub.stats().subscriptions()).isEqualTo(3);
    }

    @Test
    void maySubscribeAndPublishWhenItIsTold() {
        Probe late = new Probe();
        bench.subscribe(
                new Probe() {
                    @Override
                    public void onReady() {
                        super.onReady();
                        if (text().equals("1;") && late.subscription == null) {
                            bench.subscribe(late, Start.LIVE, DeliveryMode.ALL, "a");
                            bench.publish("a");
                            bench.lane.pass();
                        }
                    }
                },
                Start.LIVE,
                DeliveryMode.ALL,
                "a");
        bench.publish("a");
        bench.settle();
        assertThat(late.text()).isEqualTo("2;");
    }

    @Test
    void hasOthersToldOfWhatCameWhileItWasTold() {
        Probe busy = bench.subscribe(
                new Probe() {
                    @Override
                    public void onReady() {
                        if (subscription != null && text().isEmpty()) {
                            bench.publish("a");
                            bench.lane.pass();
                        }
                        super.onReady();
                    }
                },
                Start.LIVE,
                DeliveryMode.ALL,
                "a");
        Probe toldBefore = bench.subscribe(Start.LIVE, "a");
        bench.publish("a");
        bench.settle();
        assertThat(busy.text()).isEqualTo("1;2;");
        assertThat(toldBefore.text()).isEqualTo("1;2;");
    }

    @Test
    void mayCloseItselfWhenItOpens() {
        Probe probe = new Probe() {
            @Override
            public void onOpen(Notice notice) {
                super.onOpen(notice);
                if (subscription != null) {
                    subscription.close();
                }
            }
        };
        bench.publish("a");
        bench.subscribe(probe, Start.after(bench.cursor(0)), DeliveryMode.ALL, "a");
        bench.settle();
        assertThat(probe.outcome).isNotNull();
        assertThat(probe.ready).isZero();
        assertThat(bench.hub.stats().subscriptions()).isZero();
    }

    @Test
    void staysSilentWhenItWasClosedBeforeItOpened() {
        bench.publish("a");
        Probe probe = bench.subscribe(Start.after(bench.cursor(0)), "a");
        bench.loop.within(() -> probe.subscription().close());
        bench.settle();
        assertThat(probe.outcome).isNull();
        assertThat(probe.ready).isZero();
    }
}

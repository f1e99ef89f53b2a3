package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private static final long TICK = TimerWheel.TICK_MILLIS;

    private final TimerWheel wheel = new TimerWheel();
    private final List<String> fired = new ArrayList<>();
    private long millis = 1_000_050;

    @Test
    void isNeverEarlyAndAtMostTwoTicksLate() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Alarm> alarms = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            millis += random.nextInt((int) TICK);
            advance();
            for (int n = random.nextInt(3); n > 0; n--) {
                // Up to three revolutions of the wheel.
                Alarm alarm = new Alarm(random.nextBoolean() ? random.nextLong(1_000) : random.nextLong(150_000));
                alarm.schedule();
                alarms.add(alarm);
            }
        }
        for (long end = millis + 200_000; millis < end; millis += 20) {
            advance();
        }
        assertThat(wheel.isEmpty()).isTrue();
        for (Alarm alarm : alarms) {
            assertThat(alarm.at - alarm.due)
                    .as("seed %d, delay %d", seed, alarm.delay)
                    .isBetween(0L, 3 * TICK);
            // The wheel is advanced less than a tick late.
            assertThat(alarm.at - alarm.at % TICK - alarm.due)
                    .as("seed %d, delay %d", seed, alarm.delay)
                    .isLessThanOrEqualTo(2 * TICK);
        }
    }

    @Test
    void isNotEarlyAfterALongPause() {
        new Alarm(100).schedule();
        advance();
        millis += 3_600_000;
        // Nobody has advanced the wheel for an hour.
        Alarm late = new Alarm(1_000);
        late.schedule();
        advance();
        assertThat(fired).containsExactly("100");
        millis += 999;
        advance();
        assertThat(fired).containsExactly("100");
        millis += 2 * TICK;
        advance();
        assertThat(fired).containsExactly("100", "1000");
    }

    @Test
    void firesOnceAfterALongPauseWhatSchedulesItselfAgain() {
        Alarm beat = new Alarm(1_000) {
            @Override
            protected void onDue() {
                super.onDue();
                schedule();
            }
        };
        beat.schedule();
        millis += 3_600_000;
        advance();
        assertThat(fired).containsExactly("1000");
    }

    @Test
    void firesEverythingThatFellDueInALongPause() {
        for (int i = 1; i <= 1_000; i++) {
            new Alarm(i * 97L).schedule();
        }
        millis += 100_000;
        advance();
        assertThat(fired).hasSize(1_000);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void leavesOutWhatWasCancelled() {
        Alarm first = new Alarm(100);
        Alarm second = new Alarm(100);
        first.schedule();
        second.schedule();
        wheel.cancel(first);
        wheel.cancel(first);
        pass(1_000);
        assertThat(fired).hasSize(1);
        wheel.cancel(second);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void letsOneTimerCancelAnotherOfItsTick() {
        Alarm[] pair = new Alarm[2];
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            pair[i] = new Alarm(100) {
                @Override
                protected void onDue() {
                    super.onDue();
                    wheel.cancel(pair[other]);
                }
            };
            pair[i].schedule();
        }
        pass(1_000);
        assertThat(fired).hasSize(1);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void runsTheOthersWhenOneFails() {
        for (int i = 0; i < 3; i++) {
            new Alarm(100) {
                @Override
                protected void onDue() {
                    super.onDue();
                    throw new IllegalStateException("of no concern to others");
                }
            }.schedule();
        }
        pass(1_000);
        assertThat(fired).hasSize(3);
    }

    @Test
    void takesAnyDelay() {
        new Alarm(-5).schedule();
        new Alarm(0).schedule();
        Alarm never = new Alarm(Long.MAX_VALUE);
        never.schedule();
        pass(1_000);
        assertThat(fired).containsExactlyInAnyOrder("-5", "0");
        wheel.cancel(never);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void takesTimesBeforeTheirOrigin() {
        millis = -5_000;
        new Alarm(4_000).schedule();
        pass(3_900);
        assertThat(fired).isEmpty();
        pass(400);
        assertThat(fired).hasSize(1);
    }

    private void pass(long duration) {
        for (long end = millis + duration; millis < end; ) {
            millis += Math.min(TICK, end - millis);
            advance();
        }
    }

    private void advance() {
        wheel.advance(Math.floorDiv(millis, TICK));
    }

    private class Alarm extends Timed {
        private final long delay;
        private long due;
        private long at;

        Alarm(long delay) {
            this.delay = delay;
        }

        final void schedule() {
            due = millis + Math.max(0, delay);
            wheel.schedule(this, delay, Math.floorDiv(millis, TICK));
        }

        @Override
        protected void onDue() {
            at = millis;
            fired.add(String.valueOf(delay));
        }
    }
}

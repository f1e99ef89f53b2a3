package dev.pharos.host.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.ManualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger expired = new AtomicInteger();
    private final Watch watch = new Watch(Duration.ofSeconds(60), clock::nanos, expired::incrementAndGet);

    @AfterEach
    void takeTheInterruptBack() {
        Thread.interrupted();
    }

    @Test
    void interruptsAThreadThatMakesNoProgress() {
        watch.begin();
        clock.advance(Duration.ofSeconds(59));
        watch.check();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        watch.check();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(expired).hasValue(1);
    }

    @Test
    void progressBeginsTheDeadlineAnew() {
        watch.begin();
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofSeconds(50));
            watch.check();
            watch.progress();
        }

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesAThreadAloneThatDoesNotWrite() {
        watch.begin();
        watch.end();
        clock.advance(Duration.ofDays(1));
        watch.check();
        watch.expireNow();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(expired).hasValue(0);
    }

    @Test
    void theRestOfARequestIsNotWaitedForAsLong() {
        watch.begin();
        watch.draining();
        clock.advance(Duration.ofSeconds(5));
        watch.check();

        assertThat(Thread.interrupted()).isTrue();
    }
}

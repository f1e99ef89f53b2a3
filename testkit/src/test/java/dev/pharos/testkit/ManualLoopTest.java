package dev.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualLoopTest {

    private final ManualLoop loop = new ManualLoop();
    private final List<String> seen = new ArrayList<>();

    @Test
    void standsStillUntilItIsRun() {
        loop.execute(() -> seen.add("a"));
        loop.execute(() -> seen.add("b"));
        assertThat(seen).isEmpty();
        assertThat(loop.pending()).isEqualTo(2);
        assertThat(loop.runOne()).isTrue();
        assertThat(seen).containsExactly("a");

        assertThat(loop.run()).isEqualTo(1);
        assertThat(loop.runOne()).isFalse();
    }

    @Test
    void runsWhatItsTasksSubmit() {
        loop.execute(() -> loop.execute(() -> seen.add("nested")));

        assertThat(loop.run()).isEqualTo(2);
        assertThat(seen).containsExactly("nested");
    }

    @Test
    void isInTheLoopOnlyWhileItRuns() {
        loop.execute(() -> seen.add("in loop: " + loop.inLoop()));
        loop.within(() -> seen.add("within: " + loop.inLoop()));
        loop.run();

        assertThat(seen).containsExactly("within: true", "in loop: true");
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void givesAnExceptionToTheTest() {
        loop.execute(() -> {
            throw new IllegalStateException("of a task");
        });

        assertThatThrownBy(loop::run).hasMessage("of a task");
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void theClockMovesOnlyWhenItIsMoved() {
        ManualClock clock = new ManualClock();
        Instant start = clock.instant();
        clock.advance(Duration.ofMillis(1500));

        assertThat(clock.nanos()).isEqualTo(1_500_000_000L);
        assertThat(clock.withZone(ZoneId.of("UTC")).instant()).isEqualTo(start.plusMillis(1500));
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}

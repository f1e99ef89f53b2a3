package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.hub.Scheduler;
import dev.pharos.protocol.socketio.Recoverables.Kept;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many broken connections are kept, and for how long. */
class RecoverablesTest {

    private static final long KEEP_MILLIS = 1_000;

    private long now;

    private final Scheduler scheduler = new Scheduler() {
        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void schedule(long delayMillis, Runnable task) {}
    };

    private final Recoverables recoverables = new Recoverables(
            new ApplicationRecovery((socket, offset) -> CompletableFuture.completedStage(true), KEEP_MILLIS, 4),
            scheduler,
            1_000);

    private void keep(String privateId, long bytes) {
        recoverables.keepAgain(new Kept("/", "id", privateId, Set.of(), null, bytes, 0));
    }

    private boolean isKept(String privateId) {
        return recoverables.take("/", privateId) != null;
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        for (int i = 0; i < 5; i++) {
            keep("p" + i, 1);
        }
        assertThat(recoverables.size()).isEqualTo(4);
        assertThat(isKept("p0")).isFalse();
        assertThat(isKept("p1")).isTrue();
    }

    @Test
    void theOldestGoWhenTheyTakeTooMuch() {
        keep("old", 400);
        keep("middle", 400);
        keep("young", 400);
        assertThat(isKept("old")).isFalse();
        assertThat(isKept("middle")).isTrue();
        keep("again", 600); // there is room for it since one was taken
        assertThat(isKept("young")).isTrue();
        keep("again", 900); // in the place of the same one
        assertThat(recoverables.size()).isOne();
        keep("giant", 1_001);
        assertThat(recoverables.size()).isZero();
    }

    @Test
    void theyGoWhenTheirTimeIsOver() {
        keep("a", 1);
        assertThat(Objects.requireNonNull(recoverables.take("/", "a")).id()).isEqualTo("id");
        keep("a", 1);
        now += KEEP_MILLIS * 1_000_000;
        assertThat(isKept("a")).isFalse();
    }

    @Test
    void theyAreKnownInTheirNamespaceOnly() {
        keep("a", 1);
        assertThat(recoverables.take("/other", "a")).isNull();
        assertThat(isKept("a")).isTrue();
    }
}

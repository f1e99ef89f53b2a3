package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class EventLoopTest {

    private int ran;

    private EventLoop loop(boolean ended) {
        return new EventLoop() {
            @Override
            public void execute(Runnable task) {
                if (ended) {
                    throw new RejectedExecutionException("the loop has ended");
                }
                task.run();
            }

            @Override
            public boolean inLoop() {
                return false;
            }
        };
    }

    @Test
    void tellsALoopThatLivesAndLeavesOneThatHasEnded() {
        assertThat(loop(false).tell(() -> ran++)).isTrue();
        assertThat(ran).isEqualTo(1);
        assertThat(loop(true).tell(() -> ran++)).isFalse();
        assertThat(ran).isEqualTo(1);
    }
}

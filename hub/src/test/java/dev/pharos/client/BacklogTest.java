package dev.pharos.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.client.Backlog.Item;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BacklogTest {

    @Test
    void givesWhatIsThereWithinTheBounds() throws InterruptedException {
        Backlog backlog = new Backlog(1_000_000);
        for (int line = 1; line <= 5; line++) {
            backlog.put(item(line, 100));
        }
        assertThat(numbers(backlog.batch(3, 1_000_000))).containsExactly(1L, 2L, 3L);
        assertThat(numbers(backlog.batch(10, 250))).containsExactly(1L, 2L);
        assertThat(numbers(backlog.batch(10, 1))).containsExactly(1L);
        backlog.remove(4);
        assertThat(numbers(backlog.batch(10, 1000))).containsExactly(5L);
    }

    @Test
    void holdsTheProducerWhileItIsFull() throws InterruptedException {
        Backlog backlog = new Backlog(600);
        backlog.put(item(1, 200));
        backlog.put(item(2, 200));
        Thread third = Thread.ofVirtual().start(() -> {
            try {
                backlog.put(item(3, 200));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> third.getState() == Thread.State.WAITING);
        assertThat(backlog.size()).isEqualTo(2);
        backlog.remove(1);
        assertThat(third.join(Duration.ofSeconds(30))).isTrue();
        assertThat(backlog.size()).isEqualTo(2);
    }

    @Test
    void takesAnEventAboveItsCapacityWhenItIsAlone() throws InterruptedException {
        Backlog backlog = new Backlog(10);
        backlog.put(item(1, 100));
        assertThat(backlog.size()).isEqualTo(1);
    }

    @Test
    void isEmptyOnlyAtTheEnd() throws InterruptedException {
        Backlog backlog = new Backlog(500);
        backlog.put(item(1, 1));
        backlog.end();
        assertThat(backlog.batch(10, 10)).hasSize(1);
        backlog.remove(1);
        assertThat(backlog.batch(10, 10)).isEmpty();
    }

    private static List<Long> numbers(List<Item> batch) {
        return batch.stream().map(Item::line).toList();
    }

    private static Item item(long line, int size) {
        return new Item(line, new byte[size]);
    }
}

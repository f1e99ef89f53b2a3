package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.Event;
import dev.pharos.log.Filter;
import dev.pharos.log.LogException;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final EngineBounds BOUNDS =
            new EngineBounds(1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 10, 1 << 20, 1 << 20);

    private final CountedLog log = log(1 << 20);
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private History history = new History(log, tasks::add, BOUNDS);

    @Test
    void readsAlignedBlocks() {
        publish(35);
        Block block = behind("a", 13);
        assertThat(block.after()).isEqualTo(10);
        assertThat(block.next()).isEqualTo(20);
        assertThat(block.events()).hasSize(10);
        assertThat(block.behind(13)).hasSize(7);
        assertThat(block.atEnd()).isFalse();
        assertThat(behind("a", 20).after()).isEqualTo(20);
        assertThat(behind("a", 20).next()).isEqualTo(30);
    }

    @Test
    void readsOnceForManyReaders() {
        publish(35);
        List<CompletableFuture<Block>> blocks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            blocks.add(history.blockBehind(interest("a"), 10 + i % 10, history.aligned(10 + i % 10)));
        }
        run();
        assertThat(log.reads).isEqualTo(1);
        Block first = blocks.getFirst().join();
        assertThat(blocks).allSatisfy(block -> assertThat(block.join()).isSameAs(first));
        assertThat(history.blockBehind(interest("a"), 15, history.aligned(15)).join())
                .isSameAs(first);
        assertThat(log.reads).isEqualTo(1);
    }

    @Test
    void readsForEachInterestWhatItMatches() {
        publish(5);
        log.append(List.of(Event.of("b", "")));
        assertThat(behind("a", 0).events()).hasSize(5);
        assertThat(behind("b", 0).events()).hasSize(1);
    }

    @Test
    void goesOnBehindABlockThatItsBytesEnded() {
        history = new History(
                log, tasks::add, new EngineBounds(1, 1, 1, 1 << 20, 16 << 20, 10, 1_000, 1).withHistoryBytes(1 << 20));
        publish(10);
        Block first = behind("a", 0);
        assertThat(first.events()).hasSizeBetween(1, 9);
        Block second = behind("a", first.next());
        assertThat(second.after()).isEqualTo(first.next());
        assertThat(second.events().getFirst().position()).isEqualTo(first.next() + 1);
    }

    @Test
    void reachesAnyPositionWithoutRoomForASingleBlock() {
        history = new History(
                log, tasks::add, new EngineBounds(1, 1, 1, 1 << 20, 16 << 20, 100, 1_000, 1).withHistoryBytes(1));
        publish(50);
        assertThat(behind("a", 42).behind(42).getFirst().position()).isEqualTo(43);
        assertThat(history.bytes()).isZero();
    }

    @Test
    void readsAgainWhatHasGrown() {
        publish(3);
        Block before = behind("a", 0);
        assertThat(before.atEnd()).isTrue();
        assertThat(before.events()).hasSize(3);
        assertThat(history.blockBehind(interest("a"), 3, history.aligned(3)).join())
                .isSameAs(before);
        publish(1);
        // Who has not read that far gets what is there.
        assertThat(history.blockBehind(interest("a"), 1, history.aligned(1)).join())
                .isSameAs(before);
        assertThat(behind("a", 3).behind(3)).hasSize(1);
    }

    @Test
    void doesNotReadAgainWhatIsComplete() {
        publish(10);
        Block block = behind("a", 0);
        assertThat(block.atEnd()).isFalse();
        publish(1);
        assertThat(history.blockBehind(interest("a"), 9, history.aligned(9)).join())
                .isSameAs(block);
        assertThat(behind("a", 10).behind(10)).hasSize(1);
    }

    @Test
    void givesTheEndAtTheEnd() {
        publish(3);
        Block block = behind("a", 3);
        assertThat(block.next()).isEqualTo(3);
        assertThat(block.atEnd()).isTrue();
        assertThat(block.behind(3)).isEmpty();
    }

    @Test
    void tellsWhatHadBeenDroppedWhenItRead() {
        CountedLog small = log(2_000);
        history = new History(small, tasks::add, BOUNDS);
        for (int i = 0; i < 20; i++) {
            small.append(List.of(Event.of("a", "")));
        }
        long kept = small.size().events();
        assertThat(behind("a", 3).floor()).isEqualTo(20 - kept);
        assertThat(behind("a", 20 - kept).behind(20 - kept)).isNotEmpty();
    }

    @Test
    void keepsBlocksWithinItsBytes() {
        history = new History(log, tasks::add, BOUNDS.withHistoryBytes(20_000));
        publish(500);
        for (int i = 0; i < 500; i += 10) {
            behind("a", i);
            assertThat(history.bytes()).isLessThanOrEqualTo(20_000);
        }
        assertThat(history.bytes()).isPositive();
        int before = log.reads;
        behind("a", 490);
        assertThat(log.reads).isEqualTo(before);
        behind("a", 0);
        assertThat(log.reads).isEqualTo(before + 1);
    }

    @Test
    void countsTheSelectorsOfABlockAmongItsBytes() {
        String[] large = new String[100];
        for (int i = 0; i < 100; i++) {
            large[i] = i + "x".repeat(4_000);
        }
        behind(new Interest(Selectors.of(large), PlainFormat.PLAIN, DeliveryMode.ALL), 0);
        assertThat(history.bytes()).isZero(); // larger than the cache
        behind("a", 0);
        assertThat(history.bytes()).isPositive();
    }

    @Test
    void failsForAllThatWaitWhenTheLogDoes() {
        int[] tries = new int[1];
        history = new History(
                new CountedLog(log) {
                    @Override
                    public Batch read(long after, Filter filter, Bounds bounds) {
                        tries[0]++;
                        throw new LogException("the disk is gone");
                    }
                },
                tasks::add,
                BOUNDS);
        CompletableFuture<Block> first = history.blockBehind(interest("a"), 0, history.aligned(0));
        CompletableFuture<Block> second = history.blockBehind(interest("a"), 5, history.aligned(5));
        run();
        assertThatThrownBy(first::join).isInstanceOf(CompletionException.class).hasMessageContaining("disk");
        assertThatThrownBy(second::join).hasMessageContaining("disk");
        assertThat(tries[0]).isEqualTo(1);
        CompletableFuture<Block> third = history.blockBehind(interest("a"), 5, history.aligned(5));
        run();
        assertThat(third).isCompletedExceptionally();
        assertThat(tries[0]).isEqualTo(2);
    }

    @Test
    void failsWhenItsReadersAreGone() {
        Executor closed = task -> {
            throw new RejectedExecutionException("closed");
        };
        history = new History(log, closed, BOUNDS);
        for (int i = 0; i < 2; i++) {
            assertThat(history.blockBehind(interest("a"), 0, history.aligned(0)))
                    .isCompletedExceptionally();
        }
    }

    private Block behind(String topic, long position) {
        return behind(interest(topic), position);
    }

    private Block behind(Interest interest, long position) {
        CompletableFuture<Block> block = history.blockBehind(interest, position, history.aligned(position));
        run();
        return block.join();
    }

    private void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            log.append(List.of(Event.of("a", "")));
        }
    }

    private static CountedLog log(int bytes) {
        return new CountedLog(new MemoryLog("e", new Retention(bytes, 0, 1_000, 1 << 20), InstantSource.system()));
    }

    private static Interest interest(String topic) {
        return new Interest(Selectors.of(topic), PlainFormat.PLAIN, DeliveryMode.ALL);
    }
}

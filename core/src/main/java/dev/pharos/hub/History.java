package dev.pharos.hub;

import dev.pharos.log.Entry;
import dev.pharos.log.EventLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The reader of the past: reads the log in aligned blocks off the event loops and shares them among the subscribers of an
 * interest, so that a storm of reconnects reads each block once.
 *
 * <p>Thread-safe; the blocks kept are bounded in bytes, the least recently used go first.
 */
final class History {

    /** Blocks begin at multiples of this many positions, or where the block before ended early. */
    static final long ALIGNMENT = 1024;
    /** How much one read examines. */
    static final int BLOCK_BYTES = 1 << 20;

    private record Key(Interest interest, long after) {}

    private final EventLog log;
    private final Executor executor;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, CompletableFuture<Block>> reading = new LinkedHashMap<>();
    private final LinkedHashMap<Key, Block> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    History(EventLog log, Executor executor, long maxBytes) {
        this.log = log;
        this.executor = executor;
        this.maxBytes = maxBytes;
    }

    /**
     * The block that holds what comes right behind a position; one that ends at or before the position when the log does.
     * Completes at once or on a thread of the executor.
     */
    CompletableFuture<Block> blockBehind(Interest interest, long position) {
        CompletableFuture<Block> future;
        Key key;
        lock.lock();
        try {
            long after = position - position % ALIGNMENT;
            while (true) {
                key = new Key(interest, after);
                Block block = kept.get(key);
                if (block != null && (block.next() > position || (block.atEnd() && log.end() <= block.next()))) {
                    return CompletableFuture.completedFuture(block);
                }
                if (block == null || block.atEnd()) {
                    break;
                }
                after = block.next();
            }
            CompletableFuture<Block> underWay = reading.get(key);
            if (underWay != null) {
                return underWay.thenCompose(block -> orFurther(interest, block, position));
            }
            future = new CompletableFuture<>();
            reading.put(key, future);
        } finally {
            lock.unlock();
        }
        Key missing = key;
        executor.execute(() -> {
            try {
                Block block = read(missing);
                done(missing, block);
                future.complete(block);
            } catch (Throwable failure) {
                done(missing, null);
                future.completeExceptionally(failure);
            }
        });
        return future.thenCompose(block -> orFurther(interest, block, position));
    }

    private CompletableFuture<Block> orFurther(Interest interest, Block block, long position) {
        return block.next() > position || block.atEnd()
                ? CompletableFuture.completedFuture(block)
                : blockBehind(interest, position);
    }

    private Block read(Key key) {
        long until = key.after - key.after % ALIGNMENT + ALIGNMENT;
        long end = log.end();
        EventLog.Batch batch = log.read(key.after, key.interest.selectors(), new EventLog.Bounds(until, BLOCK_BYTES));
        List<TapeEvent> events = new ArrayList<>(batch.entries().size());
        int weight = 256;
        for (Entry entry : batch.entries()) {
            TapeEvent event = new TapeEvent(entry);
            events.add(event);
            weight += Block.weight(event);
        }
        boolean atEnd = batch.next() >= end && batch.next() < until;
        return new Block(key.after, batch.next(), batch.floor(), events, atEnd, weight);
    }

    private void done(Key key, @Nullable Block block) {
        lock.lock();
        try {
            reading.remove(key);
            if (block != null) {
                Block before = kept.put(key, block);
                bytes += block.weight() - (before == null ? 0 : before.weight());
                while (bytes > maxBytes) {
                    bytes -= Objects.requireNonNull(kept.pollFirstEntry())
                            .getValue()
                            .weight();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}

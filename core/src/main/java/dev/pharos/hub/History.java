package dev.pharos.hub;

import dev.pharos.log.Entry;
import dev.pharos.log.EventLog;
import dev.pharos.log.LogException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The reader of the past: reads the log in aligned blocks off the event loops and shares them among the subscribers of an
 * interest, so that a storm of reconnects reads each block once.
 *
 * <p>Thread-safe; the blocks kept are bounded in bytes, the least recently used go first.
 */
final class History {

    private record Key(Interest interest, long after) {}

    private final EventLog log;
    private final Executor executor;
    private final long maxBytes;
    /** Blocks begin at multiples of this many positions, or where the block before ended early. */
    private final long alignment;

    private final int blockBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, CompletableFuture<Block>> reading = new LinkedHashMap<>();
    private final LinkedHashMap<Key, Block> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    History(EventLog log, Executor executor, EngineBounds bounds) {
        this.log = log;
        this.executor = executor;
        this.maxBytes = bounds.historyBytes();
        this.alignment = bounds.blockPositions();
        this.blockBytes = bounds.blockBytes();
    }

    /** Where the stretch of the log begins that a position is in; the first block of it does so too. */
    long aligned(long position) {
        return position - position % alignment;
    }

    /**
     * The block that holds what comes right behind a position; one that ends at or before the position when the log does.
     * Completes at once or on a thread of the executor.
     *
     * @param start at or before the position, the beginning of that block or of an earlier one of its stretch
     */
    CompletableFuture<Block> blockBehind(Interest interest, long position, long start) {
        CompletableFuture<Block> future;
        Key key;
        lock.lock();
        try {
            long after = start;
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
        try {
            executor.execute(() -> readInto(future, missing));
        } catch (RejectedExecutionException closed) {
            done(missing, null);
            future.completeExceptionally(new LogException("the hub is closed", closed));
        }
        return future.thenCompose(block -> orFurther(interest, block, position));
    }

    private void readInto(CompletableFuture<Block> future, Key key) {
        try {
            Block block = read(key);
            done(key, block);
            future.complete(block);
        } catch (Throwable failure) {
            done(key, null);
            future.completeExceptionally(failure);
        }
        Turns.pause();
    }

    /** The memory of the blocks kept, in bytes. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Block> orFurther(Interest interest, Block block, long position) {
        return block.next() > position || block.atEnd()
                ? CompletableFuture.completedFuture(block)
                : blockBehind(interest, position, block.next());
    }

    private Block read(Key key) {
        long until = aligned(key.after) + alignment;
        long end = log.end();
        EventLog.Batch batch = log.read(key.after, key.interest, new EventLog.Bounds(until, blockBytes));
        List<TapeEvent> events = new ArrayList<>(batch.entries().size());
        for (Entry entry : batch.entries()) {
            events.add(new TapeEvent(entry));
        }
        boolean atEnd = batch.next() >= end && batch.next() < until;
        return new Block(key.after, batch.next(), batch.floor(), events, atEnd, key.interest.weight());
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

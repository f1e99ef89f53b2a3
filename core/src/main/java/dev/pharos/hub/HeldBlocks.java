package dev.pharos.hub;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The blocks of history that a lane's readers hold while they write them out, bounded in bytes: above the bound, the
 * reader that has taken nothing for longest lets go of its block, and reads it again when it comes to it.
 *
 * <p>Used on the lane's thread only. A block is counted once, however many readers hold it, and also when the cache of
 * {@link History} has it too: what both hold is at most the sum of their bounds. The newest block is held in any case.
 */
final class HeldBlocks {

    private final long maxBytes;
    /** Those that have taken nothing for longest first. */
    private final LinkedHashMap<Subscription, Block> holders = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<Block, Integer> holdersOf = new HashMap<>();
    private long bytes;
    /** How many times a reader had to let go. */
    private long dropped;

    HeldBlocks(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A reader, which holds none, holds a block from here on. */
    void hold(Subscription reader, Block block) {
        holders.put(reader, block);
        if (holdersOf.merge(block, 1, Integer::sum) == 1) {
            bytes += block.weight();
        }
        while (isFull() && holders.size() > 1) {
            Map.Entry<Subscription, Block> longest = Objects.requireNonNull(holders.pollFirstEntry());
            dropped++;
            released(longest.getValue());
            longest.getKey().letGo();
        }
    }

    /** A reader has taken something from its block. */
    void touch(Subscription reader) {
        holders.get(reader);
    }

    /** A reader is done with its block, if it has one. */
    void release(Subscription reader) {
        Block block = holders.remove(reader);
        if (block != null) {
            released(block);
        }
    }

    /** What conflating readers have gathered on the way to their block changes by so much. */
    void gathered(int change) {
        bytes += change;
    }

    boolean isFull() {
        return bytes > maxBytes;
    }

    long bytes() {
        return bytes;
    }

    long dropped() {
        return dropped;
    }

    private void released(Block block) {
        if (holdersOf.merge(block, -1, Integer::sum) == 0) {
            holdersOf.remove(block);
            bytes -= block.weight();
        }
    }
}

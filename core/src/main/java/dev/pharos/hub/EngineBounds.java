package dev.pharos.hub;

/**
 * How much the engine holds in memory between the log and the connections.
 *
 * @param inboxBytes what is on its way to one lane; above it the lane's audiences read the history
 * @param windowBytes the end of the log that one audience holds for its slow readers
 * @param laneBytes all such windows of one lane
 * @param heldBytes the blocks of history that the readers of one lane hold, and what its conflating readers gather
 * @param historyBytes the blocks of history kept for readers to come, of the whole hub
 * @param blockPositions the places in the log where blocks of history begin are multiples of this
 * @param blockBytes how much of the log is examined for one block of history
 * @param gatherBytes how much history one conflating reader gathers before it gets any
 */
record EngineBounds(
        int inboxBytes,
        int windowBytes,
        int laneBytes,
        int heldBytes,
        long historyBytes,
        long blockPositions,
        int blockBytes,
        int gatherBytes) {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /**
     * Bounds for a heap of so many bytes and so many lanes: a quarter of it for the lanes, a sixteenth for history that is
     * shared. What they allow at most in a small heap leaves room for the log and the connections.
     */
    static EngineBounds ofHeap(long heapBytes, int lanes) {
        long lane = heapBytes / 4 / lanes;
        int windows = Math.clamp(lane * 3 / 8, 256 * KIB, 64 * MIB);
        int block = Math.clamp(heapBytes / 512, 64 * KIB, MIB);
        return new EngineBounds(
                Math.clamp(lane / 4, 256 * KIB, 32 * MIB),
                Math.clamp(windows / 32, 32 * KIB, MIB),
                windows,
                Math.clamp(lane * 3 / 8, 256 * KIB, 64 * MIB),
                Math.clamp(heapBytes / 16, MIB, 512L * MIB),
                1024,
                block,
                block);
    }

    EngineBounds withHistoryBytes(long bytes) {
        return new EngineBounds(
                inboxBytes, windowBytes, laneBytes, heldBytes, bytes, blockPositions, blockBytes, gatherBytes);
    }
}

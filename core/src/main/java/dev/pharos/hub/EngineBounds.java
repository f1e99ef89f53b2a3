package dev.pharos.hub;

/**
 * How much the engine holds in memory between the log and the connections.
 *
 * @param inboxBytes what is on its way to one lane; above it the lane's audiences read the history
 * @param windowBytes the end of the log that one audience holds for its slow readers
 * @param laneBytes all such windows of one lane
 * @param blockPositions the places in the log where blocks of history begin are multiples of this
 * @param blockBytes how much of the log is examined for one block of history
 * @param gatherBytes how much history one conflating reader gathers before it gets any
 */
record EngineBounds(
        int inboxBytes, int windowBytes, int laneBytes, long blockPositions, int blockBytes, int gatherBytes) {

    static final EngineBounds DEFAULT = new EngineBounds(8 << 20, 256 << 10, 16 << 20, 1024, 1 << 20, 1 << 20);
}

package dev.pharos.hub;

/** What has occurred in simulated worlds, so that a test can tell that it tested what it means to. */
final class Happenings {

    long delivered;
    /** Private events that readers with a grant got. */
    long secrets;

    long slides;
    long overruns;
    long lostAtStart;
    long lostInBand;
    long lostInDoubt;
    long resumed;
    long conflated;
    long heldCursorsAhead;
    long blocksDropped;

    void count(Lane lane) {
        Counters counters = lane.counters();
        blocksDropped += lane.held().dropped();
        delivered += counters.deliveries;
        slides += counters.slides;
        overruns += counters.overruns;
    }

    @Override
    public String toString() {
        return "delivered %d, private %d, slides %d, overruns %d, lost at start %d, lost in band %d, in doubt %d, resumed %d, conflated %d, ahead %d, blocks dropped %d"
                .formatted(
                        delivered,
                        secrets,
                        slides,
                        overruns,
                        lostAtStart,
                        lostInBand,
                        lostInDoubt,
                        resumed,
                        conflated,
                        heldCursorsAhead,
                        blocksDropped);
    }
}

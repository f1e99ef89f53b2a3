package dev.pharos.hub;

/** What has occurred in simulated worlds, so that a test can tell that it tested what it means to. */
final class Happenings {

    long delivered;
    long slides;
    long overruns;
    long lostAtStart;
    long lostInBand;
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
        return "delivered %d, slides %d, overruns %d, lost at start %d, lost in band %d, resumed %d, conflated %d, ahead %d, blocks dropped %d"
                .formatted(
                        delivered,
                        slides,
                        overruns,
                        lostAtStart,
                        lostInBand,
                        resumed,
                        conflated,
                        heldCursorsAhead,
                        blocksDropped);
    }
}

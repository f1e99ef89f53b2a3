package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any interleaving of publishing, slow reading, reconnecting and forgetting, on several lanes, over any log. */
class EngineModelTest {

    private static final int WORLDS = Integer.getInteger("worlds", 300);

    @Test
    void givesEverySubscriberTheLogExactlyOnceOrTellsOfTheLoss() {
        long first = Long.getLong("seed", System.nanoTime());
        Happenings happenings = new Happenings();
        for (long seed = first; seed < first + WORLDS; seed++) {
            try {
                new World(new Random(seed), happenings).run(1_500);
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        System.out.println("seeds from " + first + ": " + happenings);
        assertThat(happenings.delivered).isPositive();
        assertThat(happenings.secrets).isPositive();
        assertThat(happenings.slides).isPositive();
        assertThat(happenings.overruns).isPositive();
        assertThat(happenings.lostAtStart).isPositive();
        assertThat(happenings.lostInBand).isPositive();
        assertThat(happenings.resumed).isPositive();
        assertThat(happenings.conflated).isPositive();
        assertThat(happenings.heldCursorsAhead).isPositive();
        assertThat(happenings.blocksDropped).isPositive();
    }
}

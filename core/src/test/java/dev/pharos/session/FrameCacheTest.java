package dev.pharos.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameCacheTest {

    private int framings;
    private final FrameCache cache = new FrameCache(run -> {
        framings++;
        return Encoded.of("<" + run + ">");
    });

    @Test
    void framesARunOnceForAllSessionsAlsoWhenTheseAreAtSeveralPlaces() {
        List<Encoded> runs =
                Stream.generate(() -> Encoded.of("x".repeat(10_000))).limit(50).toList();
        for (int session = 0; session < 10; session++) {
            for (Encoded run : runs) {
                assertThat(cache.frame(run).toString()).isEqualTo("<" + run + ">");
            }
        }
        assertThat(framings).isEqualTo(50);
        assertThat(cache.frame(runs.get(7))).isSameAs(cache.frame(runs.get(7)));
    }

    @Test
    void whatItKeepsIsBounded() {
        List<Encoded> kept = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Encoded run = Encoded.of("x".repeat(1 + i * 997 % 120_000));
            kept.add(cache.frame(run));
            assertThat(cache.bytes()).isLessThanOrEqualTo(2 << 20);
            assertThat(cache.frame(run)).isSameAs(kept.getLast());
        }
        Encoded large = Encoded.of("x".repeat(1 << 20));
        assertThat(cache.frame(large)).isNotSameAs(cache.frame(large));
        assertThat(cache.bytes()).isLessThanOrEqualTo(2 << 20);
    }
}

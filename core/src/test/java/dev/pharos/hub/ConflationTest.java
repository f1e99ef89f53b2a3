package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConflationTest {

    @Test
    void leavesEverythingToThoseWhoWantAll() {
        assertThat(conflated(DeliveryMode.ALL, "a", "a", "a/k", "a/k")).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void keepsTheNewestOfEachTopicInOrder() {
        assertThat(conflated(DeliveryMode.LATEST, "a", "b", "a", "c", "b/k", "a/k"))
                .containsExactly(4L, 5L, 6L);
    }

    @Test
    void keepsTheNewestOfEachTopicAndKeyAndAllWithoutKey() {
        assertThat(conflated(DeliveryMode.LATEST_BY_KEY, "a/k", "a", "b/k", "a/l", "a/k", "a"))
                .containsExactly(2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void goesByTheCanonicalTopic() {
        TapeEvent first = event(1, Event.on("a").topic("b").build());
        TapeEvent second = event(2, Event.on("b").topic("a").build());
        assertThat(Conflation.of(DeliveryMode.LATEST, List.of(first, second))).containsExactly(first, second);
    }

    @Test
    void leavesNothingAndOneAlone() {
        assertThat(Conflation.of(DeliveryMode.LATEST, List.of())).isEmpty();
        assertThat(conflated(DeliveryMode.LATEST_BY_KEY, "a/k")).containsExactly(1L);
    }

    private static List<Long> conflated(DeliveryMode mode, String... topicsAndKeys) {
        List<TapeEvent> run = new ArrayList<>();
        for (String text : topicsAndKeys) {
            String[] parts = text.split("/");
            run.add(event(
                    run.size() + 1,
                    Event.on(parts[0]).key(parts.length > 1 ? parts[1] : null).build()));
        }
        return Conflation.of(mode, run).stream().map(TapeEvent::position).toList();
    }

    private static TapeEvent event(long position, Event event) {
        return new TapeEvent(new Entry("e", position, 0, event));
    }
}

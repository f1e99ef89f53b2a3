package dev.pharos.hub;

import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leaves out what a later event of the same run supersedes. */
final class Conflation {

    private record TopicAndKey(String topic, @Nullable String key) {}

    private Conflation() {}

    /** The events of {@code run} that a reader in this mode gets, in order. */
    static List<TapeEvent> of(DeliveryMode mode, List<TapeEvent> run) {
        if (mode == DeliveryMode.ALL || run.size() < 2) {
            return run;
        }
        Set<Object> seen = new HashSet<>();
        List<TapeEvent> kept = new ArrayList<>();
        for (int i = run.size() - 1; i >= 0; i--) {
            TapeEvent event = run.get(i);
            if (isNewest(mode, event.entry().event(), seen)) {
                kept.add(event);
            }
        }
        Collections.reverse(kept);
        return kept;
    }

    private static boolean isNewest(DeliveryMode mode, Event event, Set<Object> seen) {
        return switch (mode) {
            case ALL -> true;
            case LATEST -> seen.add(event.canonicalTopic());
            case LATEST_BY_KEY -> event.key() == null || seen.add(new TopicAndKey(event.canonicalTopic(), event.key()));
        };
    }
}

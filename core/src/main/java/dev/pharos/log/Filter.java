package dev.pharos.log;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which events a reader may and wants to see. Immutable, usable from any thread, and fast: it runs once an event. */
public interface Filter {

    /** Whether the reader sees this event. */
    boolean matches(Event event);

    /** Whether an event with this topic among its topics could be seen. Judges what has been dropped. */
    boolean covers(String topic, boolean isPrivate);

    /** Whether there are private events that the reader may see. */
    boolean seesPrivate();

    /** The topics of which every event this filter matches carries at least one, or null when there is no such list. */
    @Nullable
    Set<String> topics();
}

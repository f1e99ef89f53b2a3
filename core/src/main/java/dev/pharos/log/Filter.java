package dev.pharos.log;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events a reader wants and may see: those with a topic that it selects, and of the private ones those that also
 * have a topic, the same or another, that it is permitted. Immutable, usable from any thread, and fast: it runs once an
 * event.
 */
public interface Filter {

    /** Whether the reader sees this event. */
    boolean matches(Event event);

    /** Whether the reader wants the events of this topic. */
    boolean selects(String topic);

    /** Whether the reader may see the private events of this topic, if it wants them. */
    boolean permits(String topic);

    /** Whether there are private events that the reader may see. */
    boolean seesPrivate();

    /** The topics that are selected, or null when there is no such list. */
    @Nullable
    Set<String> topics();

    /** The topics that are permitted, or null when there is no such list. */
    @Nullable
    Set<String> permittedTopics();
}

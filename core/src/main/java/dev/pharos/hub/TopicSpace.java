package dev.pharos.hub;

import org.jspecify.annotations.Nullable;

/**
 * What topics are taken for, such as plain text, or URLs relative to some base. Immutable, usable from any thread, and
 * equal to those that take them for the same.
 */
public interface TopicSpace {

    /** Topics as the text they are. */
    TopicSpace TEXT = Text::new;

    /** The form of a topic, found out once for all patterns; null if it has none here, so that no pattern matches. */
    @Nullable
    Form form(String topic);

    /** A topic as patterns look at it. Immutable. */
    interface Form {

        /** The text by which patterns are looked up: each has a literal beginning of it. */
        String key();
    }

    /** A topic as text. */
    record Text(String key) implements Form {}
}

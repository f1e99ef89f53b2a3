package dev.pharos.hub;

/**
 * A selector that matches topics by their shape, such as a URI template or a URL pattern. Immutable, usable from any
 * thread, and equal to those that match the same topics by the same text.
 */
public interface TopicPattern {

    /** The pattern as it was given. */
    String text();

    /** What the pattern takes topics for: it looks at their forms there. Patterns of one space are looked up together. */
    default TopicSpace space() {
        return TopicSpace.TEXT;
    }

    /**
     * Whether a topic matches. Takes time in proportion to the lengths of both, never more: others wait for it.
     *
     * @param form the topic's form in the pattern's {@link #space}
     */
    boolean matches(TopicSpace.Form form);

    /** About how many states it has to be in: what it takes to make it, and of the time for a topic. */
    default int cost() {
        return text().length();
    }

    /** Whether the topic matches. */
    default boolean matches(String topic) {
        TopicSpace.Form form = space().form(topic);
        return form != null && matches(form);
    }

    /**
     * The longest text that the key of every matching topic's form is known to begin with; the longer, the less often it
     * is looked at.
     */
    String literalPrefix();
}

package dev.pharos.hub;

/**
 * A selector that matches topics by their shape, such as a URI template or a URL pattern. Immutable, usable from any
 * thread, and equal to those that match the same topics by the same text.
 */
public interface TopicPattern {

    /** The pattern as it was given. */
    String text();

    /**
     * Whether the topic matches. Takes time in proportion to the lengths of both, never more: others wait for it.
     */
    boolean matches(String topic);

    /** The longest text that every matching topic is known to begin with; the longer, the less often it is looked at. */
    String literalPrefix();
}

package dev.pharos.hub;

/**
 * The bounds that hold for every protocol.
 *
 * @param selectors the most selectors of a subscription
 * @param selectorBytes the longest selector, in bytes of UTF-8
 * @param topics the most topics of an event
 * @param topicBytes the longest topic, in bytes of UTF-8
 * @param eventBytes the largest event, and the largest body that is one, in bytes
 * @param subscriptions the most subscriptions open at a time; above it the hub is overloaded
 * @param patterns the most distinct patterns that one topic has to be compared with, since it begins with their literal
 *     beginnings; a pattern counts once more for each 64 of its {@linkplain TopicPattern#cost cost}. Above it the hub is overloaded for who comes with
 *     another such pattern
 */
public record Limits(
        int selectors, int selectorBytes, int topics, int topicBytes, int eventBytes, int subscriptions, int patterns) {

    /** The defaults of the documentation. */
    public static final Limits DEFAULT = new Limits(100, 4096, 100, 4096, 1 << 20, 100_000, 1_000);

    /** The most fields of a form: as many as its selectors or topics may be, and room for all else. */
    public int fields() {
        return Math.max(1_000, Math.max(selectors, topics) + 100);
    }

    /** These limits with another number of subscriptions. */
    public Limits withSubscriptions(int most) {
        return new Limits(selectors, selectorBytes, topics, topicBytes, eventBytes, most, patterns);
    }

    /** These limits with another number of patterns. */
    public Limits withPatterns(int most) {
        return new Limits(selectors, selectorBytes, topics, topicBytes, eventBytes, subscriptions, most);
    }
}

package dev.pharos.hub;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which patterns match a topic, by what they take topics for and how they begin. Not thread-safe.
 */
final class PatternIndex {

    /** What a topic is taken for costs about as much as so many patterns: one more URL to be parsed. */
    private static final int SPACE_WEIGHT = 8;

    private final Map<TopicSpace, PrefixIndex<TopicPattern>> spaces = new HashMap<>();

    boolean isEmpty() {
        return spaces.isEmpty();
    }

    /** Adds a pattern that is not there. */
    void add(TopicPattern pattern) {
        spaces.computeIfAbsent(pattern.space(), s -> new PrefixIndex<>())
                .add(pattern.literalPrefix(), pattern, weight(pattern));
    }

    void remove(TopicPattern pattern) {
        PrefixIndex<TopicPattern> ofSpace = spaces.get(pattern.space());
        if (ofSpace != null) {
            ofSpace.remove(pattern.literalPrefix(), pattern, weight(pattern));
            if (ofSpace.isEmpty()) {
                spaces.remove(pattern.space());
            }
        }
    }

    /** Gives each pattern that matches a topic once. */
    void forEachMatch(String topic, Consumer<? super TopicPattern> sink) {
        spaces.forEach((space, ofSpace) -> {
            TopicSpace.Form form = space.form(topic);
            if (form != null) {
                ofSpace.forEachPrefixOf(form.key(), pattern -> {
                    if (pattern.matches(form)) {
                        sink.accept(pattern);
                    }
                });
            }
        });
    }

    /** The patterns that one topic has to be compared with, at most, by weight. */
    long effort() {
        long effort = 0;
        for (Map.Entry<TopicSpace, PrefixIndex<TopicPattern>> space : spaces.entrySet()) {
            effort += space.getValue().heaviest() + (space.getKey().equals(TopicSpace.TEXT) ? 0 : SPACE_WEIGHT);
        }
        return effort;
    }

    /** A pattern is compared in words of 64 bits, for which its literal beginning does not count. */
    private static int weight(TopicPattern pattern) {
        int open = pattern.cost() - pattern.literalPrefix().length();
        return 1 + Math.max(0, open) / Long.SIZE;
    }
}

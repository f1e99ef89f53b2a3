package dev.pharos.hub;

import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which audiences an event reaches: a look-up for exact topics, an index by literal prefix for patterns.
 *
 * <p>Not thread-safe: guarded by the tape. The cost of {@link #forEachMatch} grows with the length of the topics, the
 * patterns whose literal beginning fits, and the audiences found, not with the number of subscribers.
 */
final class Index {

    private static final int HITS_BYTES = 2 << 20;

    private final Map<String, AudienceList> byTopic = new HashMap<>();
    private final AudienceList all = new AudienceList();
    private final Map<TopicPattern, AudienceList> byPattern = new HashMap<>();
    /** By what they take topics for. */
    private final Map<TopicSpace, PrefixIndex<TopicPattern>> patterns = new HashMap<>();
    /** The patterns that match a topic; forgotten whenever the patterns change. */
    private final Map<String, List<TopicPattern>> patternHits = new HashMap<>();

    private int hitsBytes;
    /** How many audiences have grants. */
    private int granted;
    /** Grows with each event looked up. */
    private long lookUps;

    boolean isEmpty() {
        return all.isEmpty() && byTopic.isEmpty() && byPattern.isEmpty() && patterns.isEmpty();
    }

    /** The memory of what was found before, in bytes. */
    int hitsBytes() {
        return hitsBytes;
    }

    void add(Audience audience) {
        if (audience.interest().seesPrivate()) {
            granted++;
        }
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.add(audience);
            return;
        }
        for (String topic : selectors.exact()) {
            byTopic.computeIfAbsent(topic, t -> new AudienceList()).add(audience);
        }
        for (TopicPattern pattern : selectors.patterns()) {
            AudienceList audiences = byPattern.get(pattern);
            if (audiences == null) {
                audiences = new AudienceList();
                byPattern.put(pattern, audiences);
                patterns.computeIfAbsent(pattern.space(), s -> new PrefixIndex<>())
                        .add(pattern.literalPrefix(), pattern);
                forgetHits();
            }
            audiences.add(audience);
        }
    }

    void remove(Audience audience) {
        if (audience.interest().seesPrivate()) {
            granted--;
        }
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.remove(audience);
            return;
        }
        for (String topic : selectors.exact()) {
            removeFrom(byTopic, topic, audience);
        }
        for (TopicPattern pattern : selectors.patterns()) {
            if (removeFrom(byPattern, pattern, audience)) {
                removePattern(pattern);
                forgetHits();
            }
        }
    }

    private void removePattern(TopicPattern pattern) {
        PrefixIndex<TopicPattern> ofSpace = patterns.get(pattern.space());
        if (ofSpace != null) {
            ofSpace.remove(pattern.literalPrefix(), pattern);
            if (ofSpace.isEmpty()) {
                patterns.remove(pattern.space());
            }
        }
    }

    /** Gives each audience that sees the event once. */
    void forEachMatch(Event event, Consumer<Audience> sink) {
        if (!event.isPrivate()) {
            forEachSelecting(event, sink);
        } else if (granted > 0) {
            List<String> topics = event.topics();
            forEachSelecting(event, audience -> {
                if (audience.interest().grants().selectsAny(topics)) {
                    sink.accept(audience);
                }
            });
        }
    }

    private void forEachSelecting(Event event, Consumer<Audience> sink) {
        lookUps++;
        all.forEach(sink);
        boolean oneWay = event.topics().size() == 1 && byPattern.isEmpty();
        for (String topic : event.topics()) {
            give(byTopic.get(topic), oneWay, sink);
            for (TopicPattern pattern : patternsOf(topic)) {
                give(byPattern.get(pattern), oneWay, sink);
            }
        }
    }

    private void give(@Nullable AudienceList audiences, boolean oneWay, Consumer<Audience> sink) {
        if (audiences == null) {
            return;
        }
        if (oneWay) {
            audiences.forEach(sink);
            return;
        }
        for (int i = 0; i < audiences.size(); i++) {
            Audience audience = audiences.get(i);
            if (audience.found != lookUps) {
                audience.found = lookUps;
                sink.accept(audience);
            }
        }
    }

    private List<TopicPattern> patternsOf(String topic) {
        if (byPattern.isEmpty()) {
            return List.of();
        }
        List<TopicPattern> known = patternHits.get(topic);
        if (known != null) {
            return known;
        }
        List<TopicPattern> matching = new ArrayList<>(0);
        patterns.forEach((space, ofSpace) -> {
            TopicSpace.Form form = space.form(topic);
            if (form != null) {
                ofSpace.forEachPrefixOf(form.key(), pattern -> {
                    if (pattern.matches(form)) {
                        matching.add(pattern);
                    }
                });
            }
        });
        List<TopicPattern> hits = List.copyOf(matching);
        int weight = 128 + 2 * topic.length() + 8 * hits.size();
        if (hitsBytes + weight > HITS_BYTES) {
            forgetHits();
        }
        patternHits.put(topic, hits);
        hitsBytes += weight;
        return hits;
    }

    private void forgetHits() {
        patternHits.clear();
        hitsBytes = 0;
    }

    private static <K> boolean removeFrom(Map<K, AudienceList> map, K key, Audience audience) {
        AudienceList audiences = map.get(key);
        if (audiences != null && audiences.remove(audience) && audiences.isEmpty()) {
            map.remove(key);
            return true;
        }
        return false;
    }
}

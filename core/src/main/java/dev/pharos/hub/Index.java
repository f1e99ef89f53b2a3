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
 * patterns whose literal beginning fits, and the audiences found, not with the number of subscribers. How many patterns
 * may fit is bounded, see {@link Limits#patterns}.
 */
final class Index {

    private static final int HITS_BYTES = 2 << 20;
    /** So many may be asked one by one what they may see; and an audience's selectors are so much dearer to ask than its grants. */
    private static final int FEW = 16;

    private final int mostPatterns;

    private final Map<String, Bag<Audience>> byTopic = new HashMap<>();
    private final Bag<Audience> all = new Bag<>();
    private final Map<TopicPattern, Bag<Audience>> byPattern = new HashMap<>();
    private final PatternIndex patterns = new PatternIndex();
    /** The patterns that match a topic; forgotten whenever the patterns change. */
    private final Map<String, List<TopicPattern>> patternHits = new HashMap<>();

    private int hitsBytes;
    /** Those that may see something private. */
    private final GrantIndex grants = new GrantIndex();
    /** Grows with each event looked up. */
    private long lookUps;

    /** An index in which no topic has to be compared with more patterns than that. */
    Index(int mostPatterns) {
        this.mostPatterns = mostPatterns;
    }

    boolean isEmpty() {
        return all.isEmpty() && byTopic.isEmpty() && byPattern.isEmpty() && patterns.isEmpty() && grants.isEmpty();
    }

    /** The memory of what was found before, in bytes. */
    int hitsBytes() {
        return hitsBytes;
    }

    /** Adds an audience; false, and nothing has changed, when its patterns are new and more than the index takes. */
    boolean add(Audience audience) {
        if (audience.interest().seesPrivate()) {
            grants.add(audience);
        }
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.add(audience);
            return true;
        }
        for (String topic : selectors.exact()) {
            byTopic.computeIfAbsent(topic, t -> new Bag<>()).add(audience);
        }
        boolean grown = false;
        for (TopicPattern pattern : selectors.patterns()) {
            Bag<Audience> audiences = byPattern.get(pattern);
            if (audiences == null) {
                audiences = new Bag<>();
                byPattern.put(pattern, audiences);
                patterns.add(pattern);
                grown = true;
            }
            audiences.add(audience);
        }
        if (grown && effort() > mostPatterns) {
            withdraw(audience);
            return false;
        }
        if (grown) {
            forgetHits();
        }
        return true;
    }

    void remove(Audience audience) {
        if (withdraw(audience)) {
            forgetHits();
        }
    }

    /** See {@link PatternIndex#effort}. */
    long effort() {
        return patterns.effort();
    }

    /** Takes an audience out; whether a pattern went with it. */
    private boolean withdraw(Audience audience) {
        if (audience.interest().seesPrivate()) {
            grants.remove(audience);
        }
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.remove(audience);
            return false;
        }
        for (String topic : selectors.exact()) {
            Bag.removeFrom(byTopic, topic, audience);
        }
        boolean shrunk = false;
        for (TopicPattern pattern : selectors.patterns()) {
            if (Bag.removeFrom(byPattern, pattern, audience)) {
                patterns.remove(pattern);
                shrunk = true;
            }
        }
        return shrunk;
    }

    /** Whether a selector is this topic itself. */
    boolean isNamed(String topic) {
        return byTopic.containsKey(topic);
    }

    /** Gives each audience that sees the event once. */
    void forEachMatch(Event event, Consumer<Audience> sink) {
        if (!event.isPrivate()) {
            forEachSelecting(event, sink);
        } else if (!grants.isEmpty()) {
            forEachGranted(event, sink);
        }
    }

    /** Asks the few that want it, or may see it, for the other. */
    private void forEachGranted(Event event, Consumer<Audience> sink) {
        List<String> topics = event.topics();
        int wanting = wanting(topics);
        if (wanting <= FEW) {
            forEachSelecting(event, audience -> {
                if (audience.interest().grants().selectsAny(topics)) {
                    sink.accept(audience);
                }
            });
            return;
        }
        List<GrantIndex.Group> groups = grants.find(topics);
        int seeing = 0;
        for (GrantIndex.Group group : groups) {
            seeing += group.audiences.size();
        }
        if (seeing > wanting / FEW) {
            forEachSelecting(event, audience -> {
                if (grants.isFound(audience)) {
                    sink.accept(audience);
                }
            });
            return;
        }
        for (GrantIndex.Group group : groups) {
            group.audiences.forEach(audience -> {
                if (wants(audience, topics)) {
                    sink.accept(audience);
                }
            });
        }
    }

    /** How many audiences select some of the topics, at most. */
    private int wanting(List<String> topics) {
        int count = all.size();
        for (String topic : topics) {
            count += size(byTopic.get(topic));
            for (TopicPattern pattern : patternsOf(topic)) {
                count += size(byPattern.get(pattern));
            }
        }
        return count;
    }

    private static int size(@Nullable Bag<Audience> audiences) {
        return audiences == null ? 0 : audiences.size();
    }

    /** Whether an audience of this index selects some of the topics, by what is known of these. */
    private boolean wants(Audience audience, List<String> topics) {
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            return true;
        }
        for (String topic : topics) {
            if (selectors.exact().contains(topic)) {
                return true;
            }
            for (TopicPattern pattern : patternsOf(topic)) {
                if (selectors.patterns().contains(pattern)) {
                    return true;
                }
            }
        }
        return false;
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

    private void give(@Nullable Bag<Audience> audiences, boolean oneWay, Consumer<Audience> sink) {
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
        patterns.forEachMatch(topic, matching::add);
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
}

package dev.pharos.hub;

import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which audiences an event reaches: a look-up for exact topics, an index by literal prefix for templates.
 *
 * <p>Not thread-safe: guarded by the tape. The cost of {@link #forEachMatch} grows with the length of the topics, the
 * templates whose literal beginning fits, and the audiences found, not with the number of subscribers.
 */
final class Index {

    private static final int HITS_BYTES = 2 << 20;

    private final Map<String, AudienceList> byTopic = new HashMap<>();
    private final AudienceList all = new AudienceList();
    private final Map<UriTemplate, AudienceList> byTemplate = new HashMap<>();
    private final PrefixIndex<UriTemplate> templates = new PrefixIndex<>();
    /** The templates that match a topic; forgotten whenever the templates change. */
    private final Map<String, List<UriTemplate>> templateHits = new HashMap<>();

    private int hitsBytes;
    /** Grows with each event looked up. */
    private long lookUps;

    boolean isEmpty() {
        return all.isEmpty() && byTopic.isEmpty() && byTemplate.isEmpty() && templates.isEmpty();
    }

    /** The memory of what was found before, in bytes. */
    int hitsBytes() {
        return hitsBytes;
    }

    void add(Audience audience) {
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.add(audience);
            return;
        }
        for (String topic : selectors.texts()) {
            byTopic.computeIfAbsent(topic, t -> new AudienceList()).add(audience);
        }
        for (UriTemplate template : selectors.templates()) {
            AudienceList audiences = byTemplate.get(template);
            if (audiences == null) {
                audiences = new AudienceList();
                byTemplate.put(template, audiences);
                templates.add(template.literalPrefix(), template);
                forgetHits();
            }
            audiences.add(audience);
        }
    }

    void remove(Audience audience) {
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.remove(audience);
            return;
        }
        for (String topic : selectors.texts()) {
            removeFrom(byTopic, topic, audience);
        }
        for (UriTemplate template : selectors.templates()) {
            if (removeFrom(byTemplate, template, audience)) {
                templates.remove(template.literalPrefix(), template);
                forgetHits();
            }
        }
    }

    /** Gives each audience that sees the event once. */
    void forEachMatch(Event event, Consumer<Audience> sink) {
        if (event.isPrivate()) {
            return;
        }
        lookUps++;
        all.forEach(sink);
        boolean oneWay = event.topics().size() == 1 && byTemplate.isEmpty();
        for (String topic : event.topics()) {
            give(byTopic.get(topic), oneWay, sink);
            for (UriTemplate template : templatesOf(topic)) {
                give(byTemplate.get(template), oneWay, sink);
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

    private List<UriTemplate> templatesOf(String topic) {
        if (byTemplate.isEmpty()) {
            return List.of();
        }
        List<UriTemplate> known = templateHits.get(topic);
        if (known != null) {
            return known;
        }
        List<UriTemplate> matching = new ArrayList<>(0);
        templates.forEachPrefixOf(topic, template -> {
            if (template.matches(topic)) {
                matching.add(template);
            }
        });
        List<UriTemplate> hits = List.copyOf(matching);
        int weight = 128 + 2 * topic.length() + 8 * hits.size();
        if (hitsBytes + weight > HITS_BYTES) {
            forgetHits();
        }
        templateHits.put(topic, hits);
        hitsBytes += weight;
        return hits;
    }

    private void forgetHits() {
        templateHits.clear();
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

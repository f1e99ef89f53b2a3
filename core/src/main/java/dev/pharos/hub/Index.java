package dev.pharos.hub;

import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which audiences an event reaches: a look-up for exact topics, an index by literal prefix for templates.
 *
 * <p>Not thread-safe: guarded by the tape. The cost of {@link #forEachMatch} grows with the length of the topics, the
 * templates whose literal beginning fits, and the audiences found, not with the number of subscribers.
 */
final class Index {

    private static final int TEMPLATE_HITS_KEPT = 4096;

    private final Map<String, List<Audience>> byTopic = new HashMap<>();
    private final List<Audience> all = new ArrayList<>();
    private final Map<UriTemplate, List<Audience>> byTemplate = new HashMap<>();
    private final PrefixIndex<UriTemplate> templates = new PrefixIndex<>();
    /** The templates that match a topic; forgotten whenever the templates change. */
    private final Map<String, List<UriTemplate>> templateHits = new HashMap<>();

    void add(Audience audience) {
        Selectors selectors = audience.interest().selectors();
        if (selectors.isAll()) {
            all.add(audience);
            return;
        }
        for (String topic : selectors.texts()) {
            byTopic.computeIfAbsent(topic, t -> new ArrayList<>(1)).add(audience);
        }
        for (UriTemplate template : selectors.templates()) {
            List<Audience> audiences = byTemplate.get(template);
            if (audiences == null) {
                audiences = new ArrayList<>(1);
                byTemplate.put(template, audiences);
                templates.add(template.literalPrefix(), template);
                templateHits.clear();
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
                templateHits.clear();
            }
        }
    }

    /** Gives each audience that sees the event once. */
    void forEachMatch(Event event, Consumer<Audience> sink) {
        if (event.isPrivate()) {
            return;
        }
        all.forEach(sink);
        if (event.topics().size() == 1 && byTemplate.isEmpty()) {
            List<Audience> audiences = byTopic.get(event.canonicalTopic());
            if (audiences != null) {
                audiences.forEach(sink);
            }
            return;
        }
        Set<Audience> seen = new HashSet<>();
        for (String topic : event.topics()) {
            give(byTopic.get(topic), seen, sink);
            for (UriTemplate template : templatesOf(topic)) {
                give(byTemplate.get(template), seen, sink);
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
        if (templateHits.size() >= TEMPLATE_HITS_KEPT) {
            templateHits.clear();
        }
        List<UriTemplate> hits = List.copyOf(matching);
        templateHits.put(topic, hits);
        return hits;
    }

    private static void give(@Nullable List<Audience> audiences, Set<Audience> seen, Consumer<Audience> sink) {
        if (audiences != null) {
            for (Audience audience : audiences) {
                if (seen.add(audience)) {
                    sink.accept(audience);
                }
            }
        }
    }

    private static <K> boolean removeFrom(Map<K, List<Audience>> map, K key, Audience audience) {
        List<Audience> audiences = map.get(key);
        if (audiences != null && audiences.remove(audience) && audiences.isEmpty()) {
            map.remove(key);
            return true;
        }
        return false;
    }
}

package dev.pharos.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which audiences may see a private event: those of equal grants are a group, and the groups are found by topic.
 *
 * <p>Not thread-safe: guarded by the tape. Grants come from tokens that are trusted, so there is no bound of their
 * patterns beyond those of tokens.
 */
final class GrantIndex {

    private final Map<Selectors, Group> groups = new HashMap<>();
    private final Bag<Group> all = new Bag<>();
    private final Map<String, Bag<Group>> byTopic = new HashMap<>();
    private final Map<TopicPattern, Bag<Group>> byPattern = new HashMap<>();
    private final PatternIndex patterns = new PatternIndex();
    /** Grows with each event looked up. */
    private long lookUps;

    /** Audiences of equal grants. Compares by identity. */
    static final class Group {

        final Bag<Audience> audiences = new Bag<>();
        private final Selectors grants;
        private long found;

        private Group(Selectors grants) {
            this.grants = grants;
        }
    }

    /** Whether nobody may see anything private. */
    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** Adds an audience that has grants. */
    void add(Audience audience) {
        Selectors grants = audience.interest().grants();
        Group group = groups.get(grants);
        if (group == null) {
            group = new Group(grants);
            groups.put(grants, group);
            enter(group);
        }
        group.audiences.add(audience);
        audience.group = group;
    }

    void remove(Audience audience) {
        Group group = audience.group;
        if (group != null && group.audiences.remove(audience)) {
            audience.group = null;
            if (group.audiences.isEmpty()) {
                groups.remove(group.grants);
                leave(group);
            }
        }
    }

    /** The groups that may see an event on these topics, each once. */
    List<Group> find(List<String> topics) {
        lookUps++;
        List<Group> found = new ArrayList<>();
        collect(all, found);
        for (String topic : topics) {
            collect(byTopic.get(topic), found);
            patterns.forEachMatch(topic, pattern -> collect(byPattern.get(pattern), found));
        }
        return found;
    }

    /** Whether an audience is in one of the groups that were found last. */
    boolean isFound(Audience audience) {
        Group group = audience.group;
        return group != null && group.found == lookUps;
    }

    private void collect(@Nullable Bag<Group> some, List<Group> found) {
        if (some != null) {
            some.forEach(group -> {
                if (group.found != lookUps) {
                    group.found = lookUps;
                    found.add(group);
                }
            });
        }
    }

    private void enter(Group group) {
        if (group.grants.isAll()) {
            all.add(group);
            return;
        }
        for (String topic : group.grants.exact()) {
            byTopic.computeIfAbsent(topic, t -> new Bag<>()).add(group);
        }
        for (TopicPattern pattern : group.grants.patterns()) {
            byPattern
                    .computeIfAbsent(pattern, p -> {
                        patterns.add(p);
                        return new Bag<>();
                    })
                    .add(group);
        }
    }

    private void leave(Group group) {
        if (group.grants.isAll()) {
            all.remove(group);
            return;
        }
        for (String topic : group.grants.exact()) {
            Bag.removeFrom(byTopic, topic, group);
        }
        for (TopicPattern pattern : group.grants.patterns()) {
            if (Bag.removeFrom(byPattern, pattern, group)) {
                patterns.remove(pattern);
            }
        }
    }
}

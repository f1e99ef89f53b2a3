package dev.pharos.log;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A filter for tests: some topics, or all; with the private events of some topics, of all, or of none. */
class TopicFilter implements Filter {

    static final TopicFilter ALL = new TopicFilter(null, false);

    private final @Nullable Set<String> topics;
    private final @Nullable Set<String> permitted;

    /** Topics of which the private events are seen too, or not. */
    TopicFilter(@Nullable Set<String> topics, boolean seesPrivate) {
        this(topics, seesPrivate ? topics : Set.of());
    }

    TopicFilter(@Nullable Set<String> topics, @Nullable Set<String> permitted) {
        this.topics = topics;
        this.permitted = permitted;
    }

    static TopicFilter of(String... topics) {
        return new TopicFilter(Set.of(topics), false);
    }

    TopicFilter withPrivate() {
        return new TopicFilter(topics, true);
    }

    @Override
    public boolean matches(Event event) {
        return event.topics().stream().anyMatch(this::selects)
                && (!event.isPrivate() || event.topics().stream().anyMatch(this::permits));
    }

    @Override
    public boolean selects(String topic) {
        return topics == null || topics.contains(topic);
    }

    @Override
    public boolean permits(String topic) {
        return permitted == null || permitted.contains(topic);
    }

    @Override
    public boolean seesPrivate() {
        return permitted == null || !permitted.isEmpty();
    }

    @Override
    public @Nullable Set<String> topics() {
        return topics;
    }

    @Override
    public @Nullable Set<String> permittedTopics() {
        return permitted;
    }

    /** Whether a private event may need two topics to be seen: one that is selected and one that is permitted. */
    boolean permitsOtherThanItSelects() {
        return seesPrivate() && !Objects.equals(topics, permitted);
    }
}

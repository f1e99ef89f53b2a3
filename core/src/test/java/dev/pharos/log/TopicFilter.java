package dev.pharos.log;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A filter for tests: some topics, or all; with or without private events. */
class TopicFilter implements Filter {

    static final TopicFilter ALL = new TopicFilter(null, false);

    private final @Nullable Set<String> topics;
    private final boolean seesPrivate;

    TopicFilter(@Nullable Set<String> topics, boolean seesPrivate) {
        this.topics = topics;
        this.seesPrivate = seesPrivate;
    }

    static TopicFilter of(String... topics) {
        return new TopicFilter(Set.of(topics), false);
    }

    TopicFilter withPrivate() {
        return new TopicFilter(topics, true);
    }

    @Override
    public boolean matches(Event event) {
        for (String topic : event.topics()) {
            if (covers(topic, event.isPrivate())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean covers(String topic, boolean isPrivate) {
        return (topics == null || topics.contains(topic)) && (seesPrivate || !isPrivate);
    }

    @Override
    public boolean seesPrivate() {
        return seesPrivate;
    }

    @Override
    public @Nullable Set<String> topics() {
        return topics;
    }
}

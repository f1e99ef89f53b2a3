package dev.pharos.hub;

import dev.pharos.log.Event;
import dev.pharos.log.Filter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber sees and in which form; subscribers with equal interests form an audience and share bytes.
 *
 * @param selectors which events it asks for: those with a topic that one of them matches
 * @param grants which private events among these it may see: those with a topic that one of them matches, not
 *     necessarily the same; they add nothing to what is asked for
 */
public record Interest(Selectors selectors, Selectors grants, WireFormat format, DeliveryMode mode) implements Filter {

    /** Without grants: of public events alone. */
    public Interest(Selectors selectors, WireFormat format, DeliveryMode mode) {
        this(selectors, Selectors.NONE, format, mode);
    }

    /** The same with other grants. */
    public Interest withGrants(Selectors others) {
        return new Interest(selectors, others, format, mode);
    }

    @Override
    public boolean matches(Event event) {
        return selectors.selectsAny(event.topics()) && (!event.isPrivate() || grants.selectsAny(event.topics()));
    }

    @Override
    public boolean selects(String topic) {
        return selectors.selects(topic);
    }

    @Override
    public boolean permits(String topic) {
        return grants.selects(topic);
    }

    @Override
    public boolean seesPrivate() {
        return !grants.isNone();
    }

    @Override
    public @Nullable Set<String> topics() {
        return selectors.topics();
    }

    @Override
    public @Nullable Set<String> permittedTopics() {
        return grants.topics();
    }

    /** An estimate of the memory of its texts in bytes. */
    int weight() {
        return selectors.weight() + (grants.isNone() ? 0 : grants.weight());
    }
}

package dev.pharos.protocol.mercure;

import dev.pharos.hub.Hub;
import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of all streams there are, and the private events that tell of their beginning and end. Thread-safe;
 * bounded by the number of streams.
 */
final class ActiveSubscriptions {

    private final Hub hub;
    private final SubscriptionDocuments documents;
    private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();

    ActiveSubscriptions(Hub hub, SubscriptionDocuments documents) {
        this.hub = hub;
        this.documents = documents;
    }

    /** A stream has begun. */
    void add(Subscriber subscriber) {
        subscribers.put(subscriber.id(), subscriber);
        tell(subscriber, true);
    }

    /** A stream has ended. */
    void remove(Subscriber subscriber) {
        if (subscribers.remove(subscriber.id(), subscriber)) {
            tell(subscriber, false);
        }
    }

    /** All there are, in no particular order. */
    List<Subscriber> all() {
        return List.copyOf(subscribers.values());
    }

    @Nullable
    Subscriber find(String id) {
        return subscribers.get(id);
    }

    private void tell(Subscriber subscriber, boolean active) {
        List<Event> events = new ArrayList<>(subscriber.matchers().size());
        for (Matcher matcher : subscriber.matchers()) {
            events.add(Event.on(documents.path(subscriber, matcher))
                    .type(documents.eventType())
                    .data(documents.event(subscriber, matcher, active))
                    .isPrivate(true)
                    .build());
        }
        hub.publish(events); // what cannot be kept is not told: the list stays right
    }
}

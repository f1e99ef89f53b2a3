package dev.pharos.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The registry of live subscriptions. Thread-safe.
 *
 * <p>It costs nothing for those who are not entered. What it tells its listeners they make into events of their protocol;
 * the topics of these are reserved, so that no publisher can pretend somebody came or went.
 */
public final class Presence {

    /** Told of who comes and goes, on the thread of the subscriber; must not block. */
    public interface Listener {

        /** The subscription has begun. */
        void joined(LiveSubscription subscription);

        /** The subscription has ended. */
        void left(LiveSubscription subscription);
    }

    private final Supplier<UUID> ids;
    private final ConcurrentHashMap<String, Member> members = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Predicate<String>> reserved = new CopyOnWriteArrayList<>();

    /** An empty registry; subscribers get random ids. */
    public Presence() {
        this(UUID::randomUUID);
    }

    Presence(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /** A subscriber: one connection with what it reads by. Used on one thread at a time. */
    public final class Member {

        private final String subscriber = "urn:uuid:" + ids.get();
        private volatile List<LiveSubscription> subscriptions = List.of();

        private Member() {}

        /** Its id. */
        public String subscriber() {
            return subscriber;
        }

        /** It reads by these as well. */
        public void join(List<LiveSubscription> more) {
            List<LiveSubscription> all = new ArrayList<>(subscriptions);
            all.addAll(more);
            subscriptions = List.copyOf(all);
            members.put(subscriber, this);
            more.forEach(subscription -> listeners.forEach(listener -> listener.joined(subscription)));
        }

        /** It does not read by these any more. */
        public void leave(List<LiveSubscription> some) {
            List<LiveSubscription> rest = new ArrayList<>(subscriptions);
            some.forEach(rest::remove);
            subscriptions = List.copyOf(rest);
            if (rest.isEmpty()) {
                members.remove(subscriber);
            }
            some.forEach(subscription -> listeners.forEach(listener -> listener.left(subscription)));
        }

        /** It has gone. Idempotent. */
        public void leave() {
            leave(subscriptions);
        }
    }

    /** A subscriber that is in the registry as soon as it {@linkplain Member#join joins}. */
    public Member member() {
        return new Member();
    }

    /** Tells a listener of everybody who comes and goes from now on. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Reserves topics for what a protocol publishes about subscriptions. */
    public void reserve(Predicate<String> topics) {
        reserved.add(topics);
    }

    /** Whether a topic is reserved: what a client publishes to it is to be refused. */
    public boolean isReserved(String topic) {
        for (Predicate<String> topics : reserved) {
            if (topics.test(topic)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The subscriptions of this moment for which something holds.
     *
     * @param most how many at most
     */
    public List<LiveSubscription> list(Predicate<LiveSubscription> which, int most) {
        List<LiveSubscription> found = new ArrayList<>();
        for (Member member : members.values()) {
            for (LiveSubscription subscription : member.subscriptions) {
                if (found.size() == most) {
                    return found;
                }
                if (which.test(subscription)) {
                    found.add(subscription);
                }
            }
        }
        return found;
    }

    /** How many subscribers there are. */
    public int size() {
        return members.size();
    }
}

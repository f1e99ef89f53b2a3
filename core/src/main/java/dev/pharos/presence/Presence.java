package dev.pharos.presence;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** About how large the document of a page gets at most, but for its last subscription. */
    public static final int PAGE_BYTES = 1 << 20;
    /** How many subscriptions are looked at for a page. */
    public static final int PAGE_EXAMINED = 20_000;

    private static final System.Logger LOG = System.getLogger(Presence.class.getName());

    private final Supplier<UUID> ids;
    private final ConcurrentSkipListMap<String, Member> members = new ConcurrentSkipListMap<>();
    /** Whether the last event was not taken. */
    private final AtomicBoolean untold = new AtomicBoolean();

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
     * The subscriptions of this moment for which something holds, by subscriber: as many as fit into a document of about
     * {@link #PAGE_BYTES}, among at most {@link #PAGE_EXAMINED}, so that no loop is held up.
     *
     * @param after where an earlier page ended; null to begin
     */
    public Page page(Predicate<LiveSubscription> which, @Nullable String after) {
        Place from = Place.of(after);
        List<LiveSubscription> found = new ArrayList<>();
        int examined = 0;
        long bytes = 0;
        for (Member member : members.tailMap(from.subscriber, true).values()) {
            List<LiveSubscription> some = member.subscriptions;
            for (int i = member.subscriber.equals(from.subscriber) ? from.done : 0; i < some.size(); i++) {
                if (examined == PAGE_EXAMINED || bytes >= PAGE_BYTES) {
                    return new Page(found, new Place(member.subscriber, i).toString());
                }
                examined++;
                LiveSubscription subscription = some.get(i);
                if (which.test(subscription)) {
                    found.add(subscription);
                    bytes += subscription.weight();
                }
            }
        }
        return new Page(found, null);
    }

    /** The subscriptions of one subscriber at this moment. */
    public List<LiveSubscription> of(String subscriber) {
        Member member = members.get(subscriber);
        return member == null ? List.of() : member.subscriptions;
    }

    /**
     * A part of a list.
     *
     * @param next where the rest begins; null if there is none
     */
    public record Page(
            List<LiveSubscription> subscriptions, @Nullable String next) {}

    /** Where a page ends: so many of a subscriber's selectors are done with, and all subscribers before. */
    private record Place(String subscriber, int done) {

        static Place of(@Nullable String text) {
            String known = text == null ? "" : text;
            int dot = known.lastIndexOf('.');
            String digits = known.substring(dot + 1);
            boolean isPlace = dot >= 0
                    && digits.length() < 6
                    && !digits.isEmpty()
                    && digits.chars().allMatch(c -> c >= '0' && c <= '9');
            return isPlace ? new Place(known.substring(0, dot), Integer.parseInt(digits)) : new Place(known, 0);
        }

        @Override
        public String toString() {
            return subscriber + "." + done;
        }
    }

    /**
     * A listener's event about a subscription could not be published, or could be. The first of those that could not is
     * told of in the log of the process: the list stays right, but whoever follows the events does not hear of it.
     */
    public void published(@Nullable Throwable failure) {
        boolean before = untold.getAndSet(failure != null);
        if (failure != null && !before) {
            LOG.log(
                    Level.WARNING,
                    "who comes and goes cannot be told now, as the log takes no events: {0}",
                    failure.getMessage());
        }
    }

    /** How many subscribers there are. */
    public int size() {
        return members.size();
    }
}

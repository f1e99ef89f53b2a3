package dev.pharos.hub;

import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The moving end of the log: gives each new event to the audiences that see it, once an audience.
 *
 * <p>Thread-safe. Called by the log in order; what it hands to a lane arrives there in order.
 */
final class Tape implements EventLog.TailListener {

    private final Index index;
    private final ReentrantLock lock;
    /** The one of the event at hand. */
    private final Offer offer = new Offer();

    private volatile long tail;

    /** The thread on which a group of appends is settled now, if any, and the lanes that it is to wake in the end. */
    private volatile @Nullable Thread grouping;

    private final ArrayList<Lane> held = new ArrayList<>();

    Tape(Limits limits, ReentrantLock lock) {
        this.index = new Index(limits.patterns());
        this.lock = lock;
    }

    /** Every event up to this position has been handed to the audiences that existed then. */
    long tail() {
        return tail;
    }

    /** Sets where the log ended when it began to be listened to; it may have grown since. */
    void startAt(long position) {
        lock.lock();
        try {
            tail = Math.max(tail, position);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onAppend(List<Entry> entries) {
        lock.lock();
        try {
            for (Entry entry : entries) {
                offer.entry = entry;
                index.forEachMatch(entry.event(), offer);
                offer.event = null;
            }
            offer.entry = null;
            tail = entries.getLast().position();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onGroupStart() {
        grouping = Thread.currentThread();
    }

    @Override
    public void onGroupEnd() {
        grouping = null;
        for (int i = 0; i < held.size(); i++) {
            held.get(i).submit();
        }
        held.clear();
    }

    /** Whether this thread wakes the lane later, when all that is for it is there. */
    boolean holds(Lane lane) {
        if (grouping != Thread.currentThread()) {
            return false;
        }
        held.add(lane);
        return true;
    }

    /** Adds an audience: it is given every event behind the position returned; -1 if it has more patterns than there is room for. */
    long add(Audience audience) {
        lock.lock();
        try {
            return index.add(audience) ? tail : -1;
        } finally {
            lock.unlock();
        }
    }

    /** Whether some audience would be given this event. */
    boolean isSeen(Event event) {
        lock.lock();
        try {
            boolean[] seen = new boolean[1];
            index.forEachMatch(event, audience -> seen[0] = true);
            return seen[0];
        } finally {
            lock.unlock();
        }
    }

    /** Whether a selector of somebody is this topic itself. */
    boolean isNamed(String topic) {
        lock.lock();
        try {
            return index.isNamed(topic);
        } finally {
            lock.unlock();
        }
    }

    void remove(Audience audience) {
        lock.lock();
        try {
            index.remove(audience);
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is no audience. */
    boolean isEmpty() {
        lock.lock();
        try {
            return index.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** An event on its way to audiences; made into a {@link TapeEvent} when there is one. Guarded by the lock. */
    private static final class Offer implements Consumer<Audience> {
        private @Nullable Entry entry;
        private @Nullable TapeEvent event;

        @Override
        public void accept(Audience audience) {
            TapeEvent shared = event;
            if (shared == null) {
                shared = new TapeEvent(Objects.requireNonNull(entry));
                event = shared;
            }
            audience.lane().offer(audience, shared);
        }
    }
}

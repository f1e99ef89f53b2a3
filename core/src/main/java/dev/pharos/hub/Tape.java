package dev.pharos.hub;

import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The moving end of the log: gives each new event to the audiences that see it, once an audience.
 *
 * <p>Thread-safe. Called by the log in order; what it hands to a lane arrives there in order.
 */
final class Tape implements EventLog.TailListener {

    private final Index index = new Index();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long tail;

    /** Every event up to this position has been handed to the audiences that existed then. */
    long tail() {
        return tail;
    }

    void startAt(long position) {
        tail = position;
    }

    @Override
    public void onAppend(List<Entry> entries) {
        lock.lock();
        try {
            for (Entry entry : entries) {
                Offer offer = new Offer(entry);
                index.forEachMatch(entry.event(), offer);
            }
            tail = entries.getLast().position();
        } finally {
            lock.unlock();
        }
    }

    /** Adds an audience: it is given every event behind the position returned. */
    long add(Audience audience) {
        lock.lock();
        try {
            index.add(audience);
            return tail;
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

    void remove(Audience audience) {
        lock.lock();
        try {
            index.remove(audience);
        } finally {
            lock.unlock();
        }
    }

    /** One event on its way to audiences; made into a {@link TapeEvent} when there is one. */
    private static final class Offer implements java.util.function.Consumer<Audience> {
        private final Entry entry;
        private @org.jspecify.annotations.Nullable TapeEvent event;

        Offer(Entry entry) {
            this.entry = entry;
        }

        @Override
        public void accept(Audience audience) {
            TapeEvent shared = event;
            if (shared == null) {
                shared = new TapeEvent(entry);
                event = shared;
            }
            audience.lane().offer(audience, shared);
        }
    }
}

package dev.pharos.torture;

import dev.pharos.log.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The account of a round: which events there are, which of them were acknowledged, and where each was seen in the log.
 *
 * <p>A <em>place</em> in the log is a number: a position, or where only the publisher's id of an event is known, -1 minus
 * the event's number. A <em>life</em> is the time from a start of the hub to its end, counted from 1. Thread-safe. Its
 * memory grows with the events of the round.
 */
final class Ledger {

    private final boolean mayDrop;
    private final Counts counts;
    private final AtomicReference<@Nullable Violation> violation = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);

    // Guarded by this.
    private final List<Sent> events = new ArrayList<>();
    private final Map<Long, Integer> atPosition = new HashMap<>();
    private long[] positions = new long[1024];
    /** The life in which an event was acknowledged, 0 for none. */
    private int[] lives = new int[1024];

    private @Nullable String epoch;
    private long highest;

    private volatile int life;
    /** The last life that ended with a crash under a policy that may lose what was acknowledged. */
    private volatile int lastForgetful;
    /** An account of a log of which retention may drop something, or not. */
    Ledger(boolean mayDrop, Counts counts) {
        this.mayDrop = mayDrop;
        this.counts = counts;
    }

    synchronized Sent issue(int topics, boolean withId, int size) {
        int number = events.size();
        if (number == positions.length) {
            positions = Arrays.copyOf(positions, 2 * number);
            lives = Arrays.copyOf(lives, 2 * number);
        }
        Sent sent = new Sent(number, topics, withId ? Sent.id(number) : null, size);
        events.add(sent);
        return sent;
    }

    synchronized List<Sent> events() {
        return List.copyOf(events);
    }

    /** The event with this data, which must be one that was published and all of it. */
    synchronized Sent withData(String data) {
        int number = Sent.ofData(data);
        if (number >= 0 && number < events.size() && events.get(number).data().equals(data)) {
            return events.get(number);
        }
        throw new Violation("an event came that nobody has published so: " + data);
    }

    /**
     * A publisher was told that an event is in the log.
     *
     * @param id what it was told, or null
     * @param since a life that was not later
     */
    synchronized void acknowledged(Sent sent, @Nullable String id, int since) {
        if (id != null) {
            seen(sent, id);
        }
        if (lives[sent.number()] == 0) {
            counts.acknowledged.increment();
        }
        lives[sent.number()] = Math.max(1, since);
    }

    /** The life since which an event is known to be acknowledged; 0 when it is not. */
    synchronized int acknowledgedIn(int number) {
        return lives[number];
    }

    /** Somebody was told the id of an event: gives its place. */
    synchronized long seen(Sent sent, String id) {
        if (sent.id() != null) {
            if (!sent.id().equals(id)) {
                throw new Violation(sent + " was given the id " + id);
            }
            return place(id);
        }
        long position = place(id);
        if (position < 0) {
            throw new Violation(sent + " was given the id " + id + ", which is none of the log's");
        }
        Integer other = atPosition.putIfAbsent(position, sent.number());
        if (other != null && other != sent.number()) {
            throw new Violation("the position of " + id + " was used twice: by " + events.get(other) + " and " + sent);
        }
        long known = positions[sent.number()];
        if (known != position && known != 0 && lastForgetful == 0) {
            throw new Violation("%s is in the log twice: at %s and at %s"
                    .formatted(sent, new Cursor(String.valueOf(epoch), known), id));
        }
        positions[sent.number()] = Math.max(known, position);
        highest = Math.max(highest, position);
        return position;
    }

    /** The newest position of an event, 0 when none is known. */
    synchronized long position(int number) {
        return positions[number];
    }

    /** The highest position that anybody has seen. */
    synchronized long highest() {
        return highest;
    }

    /** The place a cursor or id stands for. */
    synchronized long place(String id) {
        int number = Sent.ofId(id);
        if (number >= 0) {
            return -1L - number;
        }
        Cursor cursor = Cursor.parse(id);
        if (cursor == null) {
            throw new Violation("'" + id + "' is no cursor");
        }
        if (epoch == null) {
            epoch = cursor.epoch();
        } else if (!epoch.equals(cursor.epoch())) {
            throw new Violation("the log has become another one: it had the epoch " + epoch + ", here is " + id);
        }
        return cursor.position();
    }

    /** The hub is started. */
    synchronized void beginLife() {
        life++;
    }

    int life() {
        return life;
    }

    /** The life at hand has ended so that something acknowledged may be lost. */
    void mayHaveForgotten() {
        lastForgetful = life;
    }

    /** Whether what was in the log in a life may be lost by a crash since. */
    boolean mayHaveForgotten(int since) {
        return since <= lastForgetful;
    }

    /** Whether an event may be missing that was acknowledged in a life. */
    boolean mayMiss(int since) {
        return mayDrop || mayHaveForgotten(since);
    }

    /** Whether a reader may be told that something is lost; of what a crash took, also again while it goes through it. */
    boolean mayLose() {
        return mayMiss(1);
    }

    boolean mayDrop() {
        return mayDrop;
    }

    void fail(Violation found) {
        if (violation.compareAndSet(null, found)) {
            failed.countDown();
        }
    }

    /**
     * Waits a while.
     *
     * @throws Violation if one was found meanwhile or before
     */
    void pause(long millis) throws InterruptedException {
        if (failed.await(millis, TimeUnit.MILLISECONDS)) {
            Violation found = violation.get();
            throw found == null ? new Violation("failed") : found;
        }
    }
}

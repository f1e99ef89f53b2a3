package dev.pharos.hub;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Who of the readers of one lane is given history next, so that what is live and whoever publishes comes in between
 * however many catch up: one reader in each task of the loop, and no more while many have not sent what they were given.
 *
 * <p>Used on the lane's thread only. A reader that has just been brought a block is given of it at once; when it can write
 * again it waits for its turn.
 */
final class Turns {

    /** How many readers may have history that has not left for the network. */
    private static final int UNSENT = 64;
    /** How many readers open in a turn. */
    private static final int OPENINGS = 8;
    /** A reader that takes longer to send it does not count any more. */
    private static final long PATIENCE_MILLIS = 50;

    private final Lane lane;
    private final ArrayDeque<Subscription> waiting = new ArrayDeque<>();
    /** Readers whose starting place has been found. */
    private final ArrayDeque<Runnable> opening = new ArrayDeque<>();
    /** Those who bring blocks, held up until there is room. */
    private final ArrayDeque<Runnable> bringing = new ArrayDeque<>();

    private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
    private int unsentCount;
    private @Nullable Subscription current;
    private boolean scheduled;
    private boolean timed;

    /** That a reader was given history and has not asked for more since. */
    static final class Unsent {
        private final Subscription reader;
        private final long since;

        Unsent(Subscription reader, long since) {
            this.reader = reader;
            this.since = since;
        }
    }

    Turns(Lane lane) {
        this.lane = lane;
    }

    /** Whether it is this reader's turn; if not, it is woken when it is. */
    @SuppressWarnings("ReferenceEquality") // the very same
    boolean take(Subscription reader) {
        if (current == reader) {
            return true;
        }
        sent(reader);
        if (!reader.waitsForTurn) {
            reader.waitsForTurn = true;
            waiting.add(reader);
            goOn();
        }
        return false;
    }

    /** Gives a reader a turn at once: it has waited for what it was to be given. */
    void give(Subscription reader) {
        current = reader;
    }

    /** The turn that was given is over, used or not. */
    void end(Subscription reader) {
        current = null;
        if (reader.unsent == null && reader.hasMoreThanItTakes()) {
            Unsent given = new Unsent(reader, now());
            reader.unsent = given;
            unsent.add(given);
            unsentCount++;
        }
    }

    /** A reader asks for more, or is gone. */
    void sent(Subscription reader) {
        if (reader.unsent != null) {
            reader.unsent = null;
            unsentCount--;
            goOn();
        }
    }

    /** Whether a reader may be given something now. */
    boolean hasRoom() {
        long now = now();
        for (Unsent eldest = unsent.peek(); eldest != null; eldest = unsent.peek()) {
            boolean counts = isCurrent(eldest);
            if (counts && now - eldest.since < PATIENCE_MILLIS * 1_000_000) {
                break;
            }
            unsent.remove();
            if (counts) {
                eldest.reader.unsent = null;
                unsentCount--;
            }
        }
        return unsentCount < UNSENT;
    }

    @SuppressWarnings("ReferenceEquality") // the very same
    private static boolean isCurrent(Unsent given) {
        return given.reader.unsent == given;
    }

    /** Runs a task that opens a subscription, which is short. */
    void opens(Runnable task) {
        opening.add(task);
        goOn();
    }

    /** Runs a task that brings somebody a block when there is room. */
    void whenRoom(Runnable task) {
        bringing.add(task);
        goOn();
    }

    boolean isEmpty() {
        return opening.isEmpty() && waiting.isEmpty() && bringing.isEmpty();
    }

    private void goOn() {
        if (scheduled || isEmpty()) {
            return;
        }
        if (!opening.isEmpty() || hasRoom()) {
            scheduled = true;
            lane.executeLast(this::next);
        } else if (!timed) {
            timed = true;
            lane.hub().scheduler().schedule(PATIENCE_MILLIS, () -> lane.execute(this::onTime));
        }
    }

    private void onTime() {
        timed = false;
        goOn();
    }

    private void next() {
        scheduled = false;
        for (int i = 0; i < OPENINGS && !opening.isEmpty(); i++) {
            opening.remove().run();
        }
        if (hasRoom()) {
            nextReader();
        }
        pause();
        goOn();
    }

    /** Those who have a block come first: when they are through with it, its memory is free. */
    private void nextReader() {
        Subscription reader = waiting.poll();
        while (reader != null && reader.isClosed()) {
            reader = waiting.poll();
        }
        if (reader != null) {
            reader.waitsForTurn = false;
            give(reader);
            reader.onTurn();
            end(reader);
        } else if (!bringing.isEmpty()) {
            bringing.remove().run();
        }
    }

    /**
     * Lets others have the processor between two turns: without, on a machine with few of them, the log's thread waits for
     * the rest of this one's time slice, several milliseconds, before it can sync an event that is published meanwhile.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but how soon others come to their work
    static void pause() {
        Thread.yield();
    }

    private long now() {
        return lane.hub().scheduler().nanoTime();
    }
}

package dev.pharos.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A reader that goes from transport to transport with its cursor and keeps account of what it was given and told.
 *
 * <p>At once it checks that positions grow, that nothing comes twice, that only what it asked for comes, and that it is
 * told {@code lost} only when something may be; what is missing is judged at the end of the round. Its connection's thread
 * calls it, one connection at a time.
 */
final class Reader implements Runnable {

    private static final int SHORTEST_PAUSE = 10;
    private static final int LONGEST_PAUSE = 150;
    /** The hub publishes figures of its own while somebody could read them. */
    private static final String FIGURES = "{\"cpu\":";

    /**
     * A stretch of the log of which it need not have everything.
     *
     * @param behind the place it was at
     * @param from the place it went on from
     * @param known the highest position known to anybody then: what was lost has none above
     */
    record Loss(long behind, long from, long known) {}

    private final String name;
    private final Selection selection;
    private final Ledger ledger;
    private final Counts counts;
    private final List<Transport> transports;
    private final SplittableRandom chance;
    private final Thread thread = Thread.ofVirtual().unstarted(this);

    private final BitSet seen = new BitSet();
    /** What may come once more, since the log may have forgotten that it had it. */
    private final BitSet repeatable = new BitSet();

    private final List<Sent> order = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private boolean started;
    /** No event at or before it may come; 0 for none. */
    private long last;

    private volatile @Nullable String cursor;
    private volatile int newest = -1;
    private volatile boolean settling;
    private volatile boolean settled;
    private volatile int leftBefore = Integer.MAX_VALUE;
    private volatile String where = "not connected yet";

    /** A reader of what is kept, or else of what comes from now on. */
    Reader(
            String name,
            Selection selection,
            boolean earliest,
            Ledger ledger,
            Counts counts,
            List<Transport> transports,
            SplittableRandom chance) {
        this.name = name;
        this.selection = selection;
        this.ledger = ledger;
        this.counts = counts;
        this.transports = transports;
        this.chance = chance;
        if (earliest) {
            cursor = "earliest";
        }
    }

    @Override
    public void run() {
        try {
            while (!hasLeft()) {
                boolean forEver = settling;
                Stay stay = forEver ? Stay.FOR_EVER : Stay.random(chance);
                Transport transport = transports.get(chance.nextInt(transports.size()));
                where = transport.getClass().getSimpleName() + " from " + cursor;
                counts.connections.increment();
                settled = forEver;
                try {
                    transport.read(this, stay);
                } catch (IOException broken) {
                    // The hub is killed every now and then.
                }
                settled = false;
                Thread.sleep(chance.nextInt(SHORTEST_PAUSE, LONGEST_PAUSE));
            }
        } catch (InterruptedException stop) {
            // That is how it is told to stop.
        } catch (RuntimeException wrong) {
            ledger.fail(new Violation(this + ": " + (wrong instanceof Violation ? wrong.getMessage() : wrong), wrong));
        }
    }

    /** From now on it stays on one connection for as long as that holds. */
    void settle() {
        settling = true;
    }

    boolean settled() {
        return settled;
    }

    /** Begins to read, on a thread of its own. */
    Thread start() {
        thread.start();
        return thread;
    }

    /** It reads no more; what is published from now on is not for it. */
    void leave() {
        if (!hasLeft()) {
            leftBefore = ledger.events().size();
        }
        thread.interrupt();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    boolean hasLeft() {
        return leftBefore < Integer.MAX_VALUE;
    }

    /** The state it was told of the cursor it was at, and the place it reads on from. */
    void told(String state, @Nullable String at, long from) {
        switch (state) {
            case "live", "resumed" -> {
                if (at == null) {
                    begun(from);
                } else if (at.equals("earliest")) {
                    started = true;
                    losses.add(new Loss(0, 0, ledger.highest()));
                } else if (state.equals("live")) {
                    throw new Violation("told live, although it came with the cursor " + at);
                } else {
                    counts.resumes.increment();
                }
            }
            case "lost" -> {
                long behind = at == null || at.equals("earliest") ? 0 : place(at);
                if (!ledger.mayLose()) {
                    throw new Violation("told lost at the cursor " + at + ", although nothing can have been");
                }
                counts.losses.increment();
                losses.add(new Loss(behind, from, ledger.highest()));
                if (ledger.mayHaveForgotten(1)) {
                    repeatable.or(seen);
                }
            }
            default -> throw new Violation("told the state '" + state + "', which there is not");
        }
    }

    /** Everything up to a cursor or id is done with. */
    void moved(String id) {
        long place = place(id);
        if (place >= 0) {
            if (place < last) {
                throw new Violation("moved back to " + id + " from " + cursor);
            }
            last = place;
            begun(place);
        }
        cursor = id;
    }

    private void begun(long from) {
        if (!started) {
            started = true;
            losses.add(new Loss(0, from, 0));
        }
    }

    /** An event came. */
    void received(String id, String data) {
        if (data.startsWith(FIGURES)) {
            after(place(id), "figures of the hub", id);
            cursor = id;
            return;
        }
        Sent sent = ledger.withData(data);
        long place = ledger.seen(sent, id);
        if (!selection.covers(sent)) {
            throw new Violation("got " + sent + ", which it had not asked for");
        }
        if (seen.get(sent.number()) && !repeatable.get(sent.number())) {
            throw new Violation("got " + sent + " twice, the second time as " + id + " behind " + cursor);
        }
        after(place, sent, id);
        repeatable.clear(sent.number());
        seen.set(sent.number());
        order.add(sent);
        counts.deliveries.increment();
        cursor = id;
        newest = sent.number();
    }

    private void after(long place, Object what, String id) {
        if (place >= 0) {
            if (place <= last) {
                throw new Violation("got " + what + " as " + id + " behind " + cursor + ", which is not before it");
            }
            last = place;
        }
    }

    long place(String id) {
        return ledger.place(id);
    }

    @Nullable
    String cursor() {
        return cursor;
    }

    /** The number of the event that came last, or -1. */
    int newest() {
        return newest;
    }

    /** How many events came. */
    long received() {
        return order.size();
    }

    Selection selection() {
        return selection;
    }

    SplittableRandom chance() {
        return chance;
    }

    /** All that came, as it came; to be asked once it has stopped. */
    List<Sent> order() {
        return order;
    }

    /** Whether an event is missing that it has asked for. */
    boolean lacks(Sent sent) {
        return selection.covers(sent) && sent.number() < leftBefore && !seen.get(sent.number());
    }

    List<Loss> losses() {
        return losses;
    }

    @Override
    public String toString() {
        return "%s of %s (%s; cursor %s)".formatted(name, selection.selectors(), where, cursor);
    }
}

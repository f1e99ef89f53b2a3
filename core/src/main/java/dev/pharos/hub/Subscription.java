package dev.pharos.hub;

import dev.pharos.http.Encoded;
import dev.pharos.log.Cursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor into the log that belongs to one reader: pull under push.
 *
 * <p>{@link #poll} gives what there is behind the cursor; when it has given null, {@link Listener#onReady} tells once that
 * it is worth polling again. There is no queue: a reader that does not poll costs nothing but its place. It is either
 * <em>catching up</em>, reading the history in blocks shared with its audience, or <em>live</em>, reading the end of the
 * log from its audience's window; a slow reader slides from live back to catching up.
 *
 * <p>Used on the thread of its lane only.
 */
public final class Subscription {

    /**
     * Told of the life of a subscription; called on the lane's thread. What it throws ends the subscription, and that only:
     * it comes back through {@link #onFailure}.
     */
    public interface Listener {

        /** The subscription has its starting place; called once, first, maybe from within {@link Hub#subscribe}. */
        void onOpen(Notice outcome);

        /**
         * It is worth a {@link Subscription#poll}: there is something, or there is no more history to catch up with. Not
         * called again until a poll has given null.
         */
        void onReady();

        /** The hub drains: the reader shall come back elsewhere or later. The subscription still is to be closed. */
        void onDrain();

        /** The log cannot be read, or this listener has failed; the subscription is closed. */
        void onFailure(RuntimeException cause);
    }

    private static final System.Logger LOG = System.getLogger(Subscription.class.getName());

    private enum State {
        OPENING,
        CATCHING_UP,
        LIVE,
        CLOSED
    }

    private final Audience audience;
    private final Listener listener;

    private State state = State.OPENING;
    private long position;
    private long delivered;
    /** Losses up to this position have been told. */
    private long toldFloor;
    /** The block of history that holds what comes next, while catching up. */
    private @Nullable Block block;
    /** What a conflating reader has read of the history but not conflated to the end yet. */
    private @Nullable Block gathering;

    /** The place behind which the block is wanted that it waits for; fixed while it does. */
    private long wanted;
    /** Where the block begins that holds what comes next, or begins before it, as far as is known; else 0. */
    private long blockStart;

    private boolean reading;
    /** Whether the last read came to the end of the log as it was then. */
    private boolean atEnd;

    private boolean lost;
    /** Whether the listener knows that polling is worth it: it was told, or the last poll gave something. */
    private boolean signalled;

    /** Of {@link Audience}: the place among its members. */
    int index;
    /** Of {@link Audience}: needs the window. */
    boolean lagging;
    /** Of {@link Turns}: is among those that wait. */
    boolean waitsForTurn;
    /** Of {@link Turns}. */
    Turns.@Nullable Unsent unsent;

    Subscription(Audience audience, Listener listener) {
        this.audience = audience;
        this.listener = listener;
    }

    /**
     * The next bytes, or null when there are none now.
     *
     * @param maxBytes where a run of several events ends; a single larger event comes whole
     */
    public @Nullable Encoded poll(int maxBytes) {
        Encoded bytes = null;
        boolean more = true;
        while (bytes == null && more) {
            switch (state) {
                case LIVE -> {
                    if (position < audience.floor()) {
                        slide();
                    } else {
                        bytes = fromWindow(maxBytes);
                        more = false;
                    }
                }
                case CATCHING_UP -> {
                    Block current = block;
                    if (current != null) {
                        if (audience.lane().turns().take(this)) {
                            bytes = fromHistory(current, maxBytes);
                        } else {
                            more = false;
                        }
                    } else if (position >= audience.floor()) {
                        live();
                    } else {
                        read();
                        more = false;
                    }
                }
                case OPENING, CLOSED -> more = false;
            }
        }
        if (state == State.LIVE) {
            if (bytes == null) {
                audience.caughtUp(this);
            } else if (!signalled) {
                audience.lags(this);
            }
        }
        signalled = bytes != null;
        return bytes;
    }

    /** What it sees, and in which form. */
    public Interest interest() {
        return audience.interest();
    }

    /** Everything at or before this has been polled or does not match; of no use before {@link Listener#onOpen}. */
    public Cursor cursor() {
        return audience.lane().hub().cursor(position());
    }

    /** The position of the {@link #cursor}. */
    public long position() {
        if (state == State.LIVE) {
            // What has been announced is kept: a cursor never goes back.
            position = isCaughtUp() ? Math.max(position, audience.lane().examined()) : audience.reachBefore(position);
        }
        return position;
    }

    /** The position of the last event that was polled, or 0. */
    public long delivered() {
        return delivered;
    }

    /** Whether everything has been polled that the lane knows of. */
    public boolean isCaughtUp() {
        return state == State.LIVE && position >= audience.last();
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    Audience audience() {
        return audience;
    }

    /** Whether the hub has found, since the start, that events were lost. */
    public boolean hasLost() {
        return lost;
    }

    /** Ends the subscription; nothing is called any more. Idempotent. */
    public void close() {
        if (state != State.CLOSED) {
            position(); // brings it up to date for good
            state = State.CLOSED;
            release();
            gather(null);
            audience.lane().turns().sent(this);
            audience.lane().leave(audience, this);
        }
    }

    /** Where it is going to begin, which is where it is until it is opened. */
    void beginAt(long from) {
        if (state == State.OPENING) {
            position = from;
        }
    }

    /** Begins at a place, told what became of its cursor. */
    void open(long from, long floor, Notice outcome) {
        if (state == State.CLOSED) {
            return;
        }
        position = from;
        toldFloor = floor;
        state = position >= audience.floor() ? State.LIVE : State.CATCHING_UP;
        if (tell(() -> listener.onOpen(outcome))) {
            if (state == State.CATCHING_UP) {
                read();
            }
            wake();
        }
    }

    void fail(RuntimeException cause) {
        if (state != State.CLOSED) {
            close();
            tell(() -> listener.onFailure(cause));
        }
    }

    void drain() {
        if (state != State.CLOSED) {
            tell(listener::onDrain);
        }
    }

    /** The audience's window has grown, or its floor has risen. */
    void onAppended() {
        if (state == State.LIVE) {
            position = audience.reachBefore(position);
            if (position < audience.last()) {
                wake();
            }
        }
    }

    /** Tells the listener, unless it knows already. */
    private void wake() {
        if (signalled || state == State.CLOSED) {
            return;
        }
        signalled = true;
        try {
            listener.onReady();
        } catch (RuntimeException | Error broken) {
            onBroken(broken);
        }
        if (signalled && state == State.LIVE) {
            audience.lags(this);
        }
    }

    /** Whether the call came back without an exception, which must not reach the lane: others would suffer. */
    private boolean tell(Runnable call) {
        try {
            call.run();
            return true;
        } catch (RuntimeException | Error broken) {
            onBroken(broken);
            return false;
        }
    }

    private void onBroken(Throwable broken) {
        LOG.log(
                System.Logger.Level.ERROR,
                "a subscription ends since its listener failed: " + audience.interest(),
                broken);
        fail(broken instanceof RuntimeException known ? known : new IllegalStateException(broken));
    }

    private @Nullable Encoded fromWindow(int maxBytes) {
        Run run = audience.take(position, maxBytes);
        return run == null ? null : taken(run);
    }

    private Encoded taken(Run run) {
        position = run.to();
        delivered = run.last();
        audience.lane().delivered(run.count(), run.bytes().length());
        return run.bytes();
    }

    private @Nullable Encoded fromHistory(Block current, int maxBytes) {
        WireFormat format = audience.interest().format();
        if (current.floor() > Math.max(position, toldFloor)) {
            toldFloor = current.floor();
            lost = true;
            audience.lane().lost();
            Encoded notice = format.encode(new Notice(
                    Notice.State.LOST, cursor(), -1, "events after the cursor are no longer in the history"));
            if (notice != null) {
                return notice;
            }
        }
        Run run = conflates() ? gathered(current, maxBytes) : current.take(position, format, maxBytes);
        if (run == null) {
            position = Math.max(position, current.next());
            blockStart = startBehind(current);
            release();
            return null;
        }
        audience.lane().held().touch(this);
        return taken(run);
    }

    /** The next run of a block that is this reader's own, of events that it shares. */
    private @Nullable Run gathered(Block current, int maxBytes) {
        List<TapeEvent> events = current.behind(position);
        return events.isEmpty() ? null : Run.of(events, audience.interest().format(), maxBytes, current.next());
    }

    private boolean conflates() {
        return audience.interest().mode() != DeliveryMode.ALL;
    }

    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        if (atEnd) {
            // So near the end, the window has to stay, or the reader would run after it for as long as it grows.
            audience.lags(this);
        }
        wanted = gathering == null ? position : gathering.next();
        if (blockStart > wanted) {
            blockStart = 0; // it let go of what it had gathered
        }
        audience.lane().catchUp().add(this);
    }

    /** Of {@link CatchUp}. */
    long wanted() {
        return wanted;
    }

    /** Of {@link CatchUp}: where to look from for what is wanted. */
    long blockStart() {
        return blockStart;
    }

    /** Of {@link Turns}: it may be given history now. */
    void onTurn() {
        wake();
    }

    /** Of {@link Turns}: whether it was given something and has not asked for what comes next. */
    boolean hasMoreThanItTakes() {
        return state == State.CATCHING_UP && signalled && block != null;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** The block with what was wanted. */
    void onRead(Block read) {
        reading = false;
        if (state == State.CATCHING_UP) {
            // Without a turn of its own, others could take the block's memory before it has got anything, for ever.
            Turns turns = audience.lane().turns();
            turns.give(this);
            onBlock(read);
            turns.end(this);
        }
    }

    /** Of {@link HeldBlocks}: others need the memory of its block, which it reads again from where it is then. */
    void letGo() {
        block = null;
    }

    private void release() {
        block = null;
        audience.lane().held().release(this);
    }

    private void gather(@Nullable Block found) {
        audience.lane().held().gathered(weight(found) - weight(gathering));
        gathering = found;
    }

    private static int weight(@Nullable Block some) {
        return some == null ? 0 : some.weight();
    }

    private static long startBehind(Block read) {
        return read.atEnd() ? read.after() : read.next();
    }

    private void onBlock(Block read) {
        Lane lane = audience.lane();
        atEnd = read.atEnd();
        blockStart = read.after();
        if (!atEnd) {
            audience.caughtUp(this);
        }
        Block found = conflates() ? gatheredWith(read) : read;
        boolean goOn = found.next() < audience.floor();
        gather(conflates() && goOn ? found : null);
        if (gathering != null
                && found.weight() < lane.bounds().gatherBytes()
                && !lane.held().isFull()) {
            blockStart = startBehind(read);
            read();
            return;
        }
        gather(null);
        if (found.behind(position).isEmpty() && found.floor() <= Math.max(position, toldFloor)) {
            position = Math.max(position, found.next());
            blockStart = startBehind(read);
            if (position < audience.floor()) {
                read();
                return;
            }
            live();
        } else {
            block = found;
            lane.held().hold(this, found);
        }
        wake();
    }

    private Block gatheredWith(Block read) {
        Block before = gathering;
        long behind = before == null ? position : before.next();
        List<TapeEvent> events = new ArrayList<>(before == null ? List.of() : before.events());
        events.addAll(read.behind(behind));
        events = Conflation.of(audience.interest().mode(), events);
        // What was dropped before this block but had been gathered by then is not missing.
        long missing = read.floor() > behind ? read.floor() : 0;
        long floor = Math.max(missing, before == null ? 0 : before.floor());
        return new Block(position, Math.max(behind, read.next()), floor, events, read.atEnd(), 0);
    }

    private void live() {
        state = State.LIVE;
        if (signalled) {
            audience.lags(this);
        }
    }

    private void slide() {
        audience.caughtUp(this);
        audience.lane().slid();
        position = audience.reachBefore(position);
        state = State.CATCHING_UP;
        atEnd = false;
        blockStart = 0;
    }
}

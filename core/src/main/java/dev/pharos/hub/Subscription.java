package dev.pharos.hub;

import dev.pharos.http.Encoded;
import dev.pharos.log.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** Told of the life of a subscription; called on the lane's thread. */
    public interface Listener {

        /** The subscription has its starting place; called once, first, maybe from within {@link Hub#subscribe}. */
        void onOpen(Notice outcome);

        /** There is something to {@link Subscription#poll}. Not called again until a poll has given null. */
        void onReady();

        /** The hub drains: the reader shall come back elsewhere or later. The subscription still is to be closed. */
        void onDrain();

        /** The log cannot be read; the subscription is closed. */
        void onFailure(RuntimeException cause);
    }

    private static final int CATCH_UP_BYTES = 1 << 20;

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
    /** Losses up to this position have been told. */
    private long toldFloor;
    /** The block of history that holds what comes next, while catching up. */
    private @Nullable Block block;
    /** What a conflating reader has read of the history but not conflated to the end yet. */
    private @Nullable Block gathering;

    private boolean reading;
    private boolean lost;
    /** Whether the listener was told and has not polled to the end since. */
    private boolean signalled;

    /** Of {@link Audience}: the place among its members. */
    int index;
    /** Of {@link Audience}: live, and did not take all there is. */
    boolean lagging;

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
        while (true) {
            switch (state) {
                case LIVE -> {
                    if (position < audience.floor()) {
                        slide();
                        continue;
                    }
                    Run run = audience.take(position, maxBytes);
                    if (run == null) {
                        signalled = false;
                        audience.caughtUp(this);
                        return null;
                    }
                    position = run.to();
                    audience.lane().delivered(run.count(), run.bytes().length());
                    return run.bytes();
                }
                case CATCHING_UP -> {
                    Block current = block;
                    if (current == null) {
                        if (position >= audience.floor()) {
                            live();
                            continue;
                        }
                        signalled = false;
                        read();
                        return null;
                    }
                    Encoded bytes = fromHistory(current, maxBytes);
                    if (bytes != null) {
                        return bytes;
                    }
                }
                case OPENING, CLOSED -> {
                    signalled = false;
                    return null;
                }
            }
        }
    }

    /** Everything at or before this has been polled or does not match. */
    public Cursor cursor() {
        return audience.lane().hub().cursor(position());
    }

    /** The position of the {@link #cursor}. */
    public long position() {
        return isCaughtUp() ? Math.max(position, audience.lane().examined()) : position;
    }

    /** Whether everything there is has been polled. */
    public boolean isCaughtUp() {
        return state == State.LIVE && !signalled;
    }

    /** Whether the hub has found, since the start, that events were lost. */
    public boolean hasLost() {
        return lost;
    }

    /** Ends the subscription; nothing is called any more. Idempotent. */
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            block = null;
            gathering = null;
            audience.lane().leave(audience, this);
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
        listener.onOpen(outcome);
        if (state == State.CATCHING_UP) {
            read();
        }
        wake();
    }

    void fail(RuntimeException cause) {
        if (state != State.CLOSED) {
            close();
            listener.onFailure(cause);
        }
    }

    void drain() {
        if (state != State.CLOSED) {
            listener.onDrain();
        }
    }

    /** The audience's window has grown, or its floor has risen. */
    void onAppended() {
        if (state == State.LIVE) {
            wake();
        }
    }

    /** Tells the listener, unless it knows already. */
    private void wake() {
        if (signalled || state == State.CLOSED) {
            return;
        }
        signalled = true;
        listener.onReady();
        if (signalled && state == State.LIVE) {
            audience.lags(this);
        }
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
        List<TapeEvent> events = current.behind(position);
        if (events.isEmpty()) {
            position = Math.max(position, current.next());
            block = null;
            return null;
        }
        Run run = Run.of(events, format, maxBytes, current.next());
        position = run.to();
        audience.lane().delivered(run.count(), run.bytes().length());
        return run.bytes();
    }

    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        Lane lane = audience.lane();
        long behind = gathering == null ? position : gathering.next();
        lane.hub()
                .history()
                .blockBehind(audience.interest(), behind)
                .whenComplete((found, failure) -> lane.execute(() -> {
                    reading = false;
                    if (state != State.CATCHING_UP) {
                        return;
                    }
                    if (found != null) {
                        onBlock(found);
                    } else {
                        fail(Hub.readable(Objects.requireNonNull(failure)));
                    }
                }));
    }

    private void onBlock(Block read) {
        boolean conflates = audience.interest().mode() != DeliveryMode.ALL;
        Block found = conflates ? gather(read) : read;
        boolean goOn = found.next() < audience.floor();
        if (goOn && conflates && found.weight() < CATCH_UP_BYTES) {
            gathering = found;
            read();
            return;
        }
        gathering = null;
        if (found.behind(position).isEmpty() && found.floor() <= Math.max(position, toldFloor)) {
            position = Math.max(position, found.next());
            if (goOn) {
                read();
                return;
            }
            live();
        } else {
            block = found;
        }
        wake();
    }

    private Block gather(Block read) {
        Block before = gathering;
        long behind = before == null ? position : before.next();
        List<TapeEvent> events = new ArrayList<>(before == null ? List.of() : before.events());
        events.addAll(read.behind(behind));
        events = Conflation.of(audience.interest().mode(), events);
        int weight = 0;
        for (TapeEvent event : events) {
            weight += Block.weight(event);
        }
        long floor = Math.max(read.floor(), before == null ? 0 : before.floor());
        return new Block(position, Math.max(behind, read.next()), floor, events, read.atEnd(), weight);
    }

    private void live() {
        state = State.LIVE;
        if (signalled) {
            audience.lags(this);
        }
    }

    private void slide() {
        audience.caughtUp(this);
        state = State.CATCHING_UP;
    }
}

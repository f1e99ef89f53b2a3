package dev.pharos.stream;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.ResponseStream;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Lane;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.hub.Timed;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event stream: moves bytes from a subscription to a response stream, beats when there are none, and ends at its
 * deadline. A protocol says what it looks like.
 *
 * <p>It is at once the listener of both and its own timer, so that an idle stream costs few objects. On the connection's
 * loop only.
 */
public abstract class EventStream extends Timed implements Subscription.Listener, ResponseStream.Listener {

    private static final int RUN_BYTES = 16 << 10;
    private static final long NEVER = Long.MAX_VALUE;
    /** Timers are late, by no more than this. */
    private static final long MARGIN_MILLIS = 500;

    private final Hub hub;
    private final Lane lane;
    private final long heartbeatMillis;
    private @Nullable Subscription subscription;
    private @Nullable ResponseStream stream;
    private long lastWrite;
    /** When it ends, by the hub's scheduler, or {@link #NEVER}. */
    private long deadline = NEVER;

    private boolean open;
    private boolean ended;
    private boolean finished;

    /** Prepares a stream. */
    protected EventStream(Hub hub, EventLoop loop, int heartbeatSeconds) {
        this.hub = hub;
        this.lane = hub.lane(loop);
        this.heartbeatMillis = heartbeatSeconds * 1_000L;
    }

    /** The answer's head and first bytes: the stream begins here. Called once, unless the stream is refused. */
    protected abstract ResponseStream onBegin(Notice outcome);

    /** What keeps a silent connection alive. */
    protected abstract Encoded heartbeat();

    /** It goes on with {@linkplain #regrant other grants}; what was lost by that, if anything, is to be told. */
    protected void onRegranted(Notice outcome, ResponseStream stream) {}

    /** The last bytes of a stream that the hub ends, with the time after which to come back. */
    protected abstract Encoded farewell(End end);

    /** The stream cannot begin: answers instead. */
    protected abstract void onRefused(End end);

    /** All is over, whether the stream had begun or not; called once, last. */
    protected abstract void onEnded();

    /** Why the hub ends a stream. */
    public enum End {
        /** The hub has as many readers as it takes. */
        FULL,
        /** The hub is stopping. */
        DRAINING,
        /** What the stream was opened with is no longer good. */
        EXPIRED,
        /** The log cannot be read. */
        FAILED
    }

    /** The hub. */
    protected final Hub hub() {
        return hub;
    }

    /** The loop of the connection. */
    public final EventLoop loop() {
        return lane.loop();
    }

    /** Whether it has begun and not ended. */
    protected final boolean isOpen() {
        return open && !ended;
    }

    /** The position that everything has been written up to that it is to be sent; while it {@linkplain #isOpen is open}. */
    protected final long position() {
        lane.pass();
        return Objects.requireNonNull(subscription).position();
    }

    /** The position of the last event that was written since its grants are what they are, or 0. */
    protected final long delivered() {
        return Objects.requireNonNull(subscription).delivered();
    }

    /**
     * Ends the stream before so many milliseconds have passed, if it is still there then; in the place of what was said before.
     *
     * @param millis {@link Long#MAX_VALUE} for never
     */
    protected final void endBefore(long millis) {
        long left = Math.max(0, millis - Math.min(MARGIN_MILLIS, millis / 5));
        deadline = millis == NEVER ? NEVER : hub.scheduler().nanoTime() + TimeUnit.MILLISECONDS.toNanos(left);
        if (isOpen()) {
            schedule();
        }
    }

    /** Opens the subscription, and with it the stream; not if the peer has gone already. */
    protected final void open(Interest interest, Start start) {
        if (ended) {
            return;
        }
        Subscription opened = hub.subscribe(lane.loop(), interest, start, this);
        subscription = opened;
        if (opened == null) {
            ended = true;
            onRefused(hub.isDraining() ? End.DRAINING : End.FULL);
            finish();
        } else {
            onReady();
        }
    }

    @Override
    public final void onOpen(Notice outcome) {
        if (ended) {
            return;
        }
        if (open) {
            onRegranted(outcome, Objects.requireNonNull(stream));
            return;
        }
        open = true;
        stream = onBegin(outcome);
        lastWrite = hub.scheduler().nanoTime();
        schedule();
    }

    /** Goes on from the same place with other grants, or ends if the hub has no room for that; while it is open. */
    protected final void regrant(Selectors grants) {
        Subscription next = hub.withGrants(lane.loop(), Objects.requireNonNull(subscription), grants, this);
        if (next == null) {
            end(End.FULL);
        } else {
            subscription = next;
            onReady();
        }
    }

    @Override
    public final void onReady() {
        ResponseStream out = stream;
        Subscription from = subscription;
        if (out == null || from == null || ended) {
            return;
        }
        boolean wrote = false;
        while (out.ready()) {
            Encoded bytes = from.poll(RUN_BYTES);
            if (bytes == null) {
                break;
            }
            out.write(bytes);
            wrote = true;
        }
        if (wrote) {
            lastWrite = hub.scheduler().nanoTime();
        }
    }

    @Override
    protected final void onDue() {
        ResponseStream out = stream;
        if (out == null || ended) {
            return;
        }
        long now = hub.scheduler().nanoTime();
        if (deadline != NEVER && now - deadline >= 0) {
            end(End.EXPIRED);
            return;
        }
        if ((now - lastWrite) / 1_000_000 + 1_000 >= heartbeatMillis / 2 && out.ready()) {
            out.write(heartbeat());
            lastWrite = now;
        }
        schedule();
    }

    /** The next beat is spread, so that streams opened together do not beat together, and never comes too late. */
    private void schedule() {
        lane.cancel(this);
        long now = hub.scheduler().nanoTime();
        long silence = (now - lastWrite) / 1_000_000;
        long wait = Math.max(1, hub.jitter(heartbeatMillis * 3 / 4) - silence);
        if (deadline != NEVER) {
            wait = Math.min(wait, Math.max(0, (deadline - now) / 1_000_000));
        }
        lane.schedule(this, wait);
    }

    @Override
    public final void onDrain() {
        end(End.DRAINING);
    }

    @Override
    public final void onFailure(RuntimeException cause) {
        end(End.FAILED);
    }

    /**
     * Ends the stream: nothing more is written. The subscription stays until the host has told of the close, so that a
     * hub that drains knows when its readers have taken their end.
     */
    protected final void end(End why) {
        if (ended) {
            return;
        }
        ended = true;
        lane.cancel(this);
        ResponseStream out = stream;
        if (out == null) {
            onRefused(why);
            finish();
        } else {
            out.write(farewell(why));
            out.close();
        }
    }

    @Override
    public final void onClose() {
        ended = true;
        lane.cancel(this);
        finish();
    }

    private void finish() {
        Subscription opened = subscription;
        if (opened != null) {
            opened.close();
        }
        if (!finished) {
            finished = true;
            onEnded();
        }
    }
}

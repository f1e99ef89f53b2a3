package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.hub.Timed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session as its protocol sees it: what is sent goes to the {@link Receiver} that is attached, or waits for one.
 *
 * <p>A protocol may extend it by what it remembers of a session. It makes one by {@link SessionTable#add} or
 * {@link Sessions#add} on the loop the session is to live on, calls {@link #open} there, and from then on attaches and detaches
 * receivers and delivers messages; all on that loop. Everything that waits is bounded by {@link SessionOptions}.
 */
public class ProtocolSession extends Timed implements Session {

    private static final System.Logger LOG = System.getLogger(ProtocolSession.class.getName());

    private enum State {
        NEW,
        OPEN,
        /** Ended, but the peer is to be told, or latecomers are told again. */
        ENDING,
        GONE
    }

    @Nullable
    ProtocolSession previous;

    @Nullable
    ProtocolSession next;

    @Nullable
    SessionTable<?> table;

    private final Sessions sessions;
    private final SessionLane lane;
    private final SessionOptions options;
    private final SessionListener listener;
    private final String id;
    private Handshake handshake;
    private State state = State.NEW;
    private @Nullable Receiver receiver;

    private final Unsent unsent = new Unsent();
    private final Undelivered undelivered = new Undelivered();
    private boolean paused;
    /** Of a session that has ended. */
    private @Nullable Ending ending;

    /** A session that is to be opened. */
    public ProtocolSession(
            Sessions sessions,
            String id,
            EventLoop loop,
            Handshake handshake,
            SessionOptions options,
            SessionListener listener) {
        this.sessions = sessions;
        this.lane = sessions.lane(loop);
        this.id = id;
        this.handshake = handshake;
        this.options = options;
        this.listener = listener;
    }

    // the protocol's side

    /** Opens the session; the listener is told. A receiver may be attached before or after. */
    public final void open() {
        lane.add(this);
        state = State.OPEN;
        guard(() -> listener.onOpen(this));
        handshake = handshake.kept();
        if (state == State.OPEN) {
            rest();
            if (sessions.isDraining()) {
                Sessions.execute(loop(), this::drain); // it may have gone by before this was there
            }
        }
    }

    /** Whether it was opened and has not ended. */
    public final boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether the listener has paused it: what has come already is to be held by {@link #deliver}. */
    public final boolean isPaused() {
        return paused;
    }

    /** Whether nothing is left of it: no receiver can be attached any more. */
    public final boolean isGone() {
        return state == State.GONE;
    }

    /** What sessions of this loop share. */
    public final SessionLane lane() {
        return lane;
    }

    /** Its times and bounds. */
    public final SessionOptions options() {
        return options;
    }

    /** The receiver that is attached, or null. */
    public final @Nullable Receiver receiver() {
        return receiver;
    }

    @SuppressWarnings("ReferenceEquality") // it is about this very one
    final boolean isAttached(Receiver one) {
        return receiver == one;
    }

    /** Runs a task on the session's loop: now if this is it. May be called on any thread. */
    public final void execute(Runnable task) {
        if (loop().inLoop()) {
            task.run();
        } else {
            Sessions.execute(loop(), task);
        }
    }

    /**
     * Attaches a receiver: it is given what waits, or is told of the end.
     *
     * @return false, and nothing happens, if another one is attached: what then is the protocol's choice; or if the session is
     *     forgotten
     */
    public final boolean attach(Receiver newcomer) {
        if (receiver != null || state == State.GONE) {
            return false;
        }
        receiver = newcomer;
        if (paused) {
            newcomer.pause();
        }
        switch (state) {
            case OPEN -> {
                rest();
                onReady(newcomer);
            }
            case ENDING -> ending().tell(newcomer);
            case NEW, GONE -> {}
        }
        return true;
    }

    /** A receiver takes no more; if it is not the one that is attached, nothing happens. */
    public final void detach(Receiver gone) {
        if (isAttached(gone)) {
            receiver = null;
            switch (state) {
                case OPEN -> rest();
                case ENDING -> ending().settle();
                case NEW, GONE -> {}
            }
        }
    }

    /** A receiver is ready again after it was not; if it is not the one that is attached, nothing happens. */
    public final void onReady(Receiver ready) {
        if (isAttached(ready) && state == State.OPEN) {
            flush();
            if (ready()) {
                guard(listener::onReady);
            }
        }
    }

    /** A text message of the peer, for the listener; dropped when the session is not open. */
    public final void receive(String message) {
        if (state == State.OPEN) {
            try {
                listener.onMessage(message);
            } catch (RuntimeException | Error failure) {
                fail(failure);
            }
        }
    }

    /** A binary message of the peer, for the listener; dropped when the session is not open. */
    public final void receive(ByteBuffer message) {
        if (state == State.OPEN) {
            try {
                listener.onBinary(message);
            } catch (RuntimeException | Error failure) {
                fail(failure);
            }
        }
    }

    /**
     * Runs what delivers messages of the peer by {@link #receive}, now or as soon as the listener has resumed; for messages
     * that come by requests, whose answers can wait. When the session ends it is run too.
     *
     * @param bytes the size of what it holds
     * @return false, and it is not run, if as much as may is waiting already
     */
    public final boolean deliver(int bytes, Runnable delivery) {
        if (state != State.OPEN || (!paused && undelivered.isEmpty())) {
            delivery.run();
            return true;
        }
        if (undelivered.bytes() >= options.heldBytes()) {
            return false;
        }
        undelivered.add(bytes, delivery);
        return true;
    }

    /**
     * Ends the session; only the first end counts. For {@link CloseReason#SERVER} and {@link CloseReason#DRAIN} what waits is
     * sent before the peer is told, and the listener learns of the end behind that; else what waits is dropped.
     *
     * @param code what the peer is told, if it can be: a close code as of WebSocket
     */
    public final void end(CloseReason reason, int code, String sentence) {
        if (state == State.NEW) {
            sessions.over();
            forget();
            return;
        }
        if (state != State.OPEN) {
            return;
        }
        state = State.ENDING;
        Ending begun = new Ending(this, reason, code, sentence);
        ending = begun;
        if (!begun.isPatient()) {
            unsent.clear();
        }
        deliverSoon(); // no listener hears of it, but whoever waits for an answer gets one
        Receiver attached = receiver;
        if (attached == null) {
            begun.settle();
        } else {
            if (paused) {
                attached.resume(); // so that the peer's answer to the end is read
            }
            begun.tell(attached);
        }
    }

    /** The same with the reason's own close code. */
    public final void end(CloseReason reason, String sentence) {
        end(reason, reason.code(), sentence);
    }

    /** For a subclass: the session has ended, the listener is told next. */
    protected void onOver() {}

    // the application's side

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final EventLoop loop() {
        return lane.loop();
    }

    @Override
    public final Handshake handshake() {
        return handshake;
    }

    @Override
    public final boolean ready() {
        Receiver attached = receiver;
        return attached != null && unsent.isEmpty() && (state == State.OPEN || state == State.NEW) && attached.ready();
    }

    @Override
    public final int buffered() {
        return unsent.bytes();
    }

    @Override
    public final void send(Encoded messages) {
        Receiver attached = receiver;
        if (state != State.OPEN || messages.parts() == 0) {
            return;
        }
        if (attached != null && unsent.isEmpty() && attached.ready()) {
            attached.text(messages);
        } else {
            await(new Outgoing.Text(messages));
        }
    }

    @Override
    public void send(byte[] message) {
        Receiver attached = receiver;
        if (state != State.OPEN) {
            return;
        }
        if (attached != null && unsent.isEmpty() && attached.ready()) {
            attached.binary(message);
        } else {
            await(new Outgoing.Binary(message));
        }
    }

    @Override
    public final void pause() {
        if (!paused && state == State.OPEN) {
            paused = true;
            Receiver attached = receiver;
            if (attached != null) {
                attached.pause();
            }
        }
    }

    @Override
    public final void resume() {
        if (paused && state == State.OPEN) {
            paused = false;
            Receiver attached = receiver;
            if (attached != null) {
                attached.resume();
            }
            deliverSoon();
        }
    }

    @Override
    public final void close(int code, String reason) {
        if (code < 1000 || code > 4999 || code == 1004 || code == 1005 || code == 1006 || code == 1015) {
            throw new IllegalArgumentException("close code " + code + " may not be sent");
        }
        end(CloseReason.SERVER, code, reason);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " of " + handshake + ", " + state;
    }

    // what waits

    private void await(Outgoing message) {
        if (unsent.bytes() >= options.bufferBytes()) {
            end(
                    CloseReason.OVERFLOW,
                    "the peer takes its messages too slowly: " + options.bufferBytes() + " bytes wait already");
            return;
        }
        unsent.add(message);
    }

    /** What a receiver was given and could not send is sent first by the next one. */
    final void takeBack(List<Outgoing> messages) {
        if (state == State.OPEN || (state == State.ENDING && ending().isPatient())) {
            unsent.putBack(messages);
        }
    }

    final Unsent unsent() {
        return unsent;
    }

    private void flush() {
        for (Receiver to = receiver; to != null && !unsent.isEmpty() && to.ready(); to = receiver) {
            unsent.giveNext(to);
        }
    }

    private void deliverSoon() {
        if (!undelivered.isEmpty()) {
            Sessions.execute(loop(), this::deliverWaiting);
        }
    }

    private void deliverWaiting() {
        while (!undelivered.isEmpty() && (!paused || state != State.OPEN)) {
            undelivered.deliverNext();
        }
    }

    // its end

    private Ending ending() {
        return Objects.requireNonNull(ending);
    }

    /** The peer needs nothing any more; tells the listener. */
    final void over(CloseReason reason) {
        onOver();
        Sessions.execute(loop(), () -> {
            try {
                listener.onClose(reason);
            } catch (RuntimeException | Error failure) {
                LOG.log(System.Logger.Level.ERROR, "the listener of a session failed at its end", failure);
            } finally {
                sessions.over();
            }
        });
    }

    /** Is found no longer. */
    final void forget() {
        if (state != State.NEW) {
            lane.remove(this);
        }
        state = State.GONE;
        unsent.clear();
        SessionTable<?> known = table;
        if (known != null) {
            known.remove(this);
        }
        sessions.forgotten();
    }

    /** Says goodbye because the server is stopping. */
    final void drain() {
        if (state == State.OPEN) {
            guard(listener::onDrain);
            end(CloseReason.DRAIN, "the server is stopping");
        }
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error failure) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, "the listener of a session failed", failure);
        end(CloseReason.FAULT, "the application failed");
    }

    // its time

    /** Waits for the next heartbeat, or for a receiver. */
    private void rest() {
        lane.timers().cancel(this);
        long millis = receiver == null ? options.idleMillis() : sessions.jitter(options.heartbeatMillis() * 3 / 4);
        if (millis > 0) {
            lane.timers().schedule(this, millis);
        }
    }

    @Override
    protected final void onDue() {
        Receiver attached = receiver;
        if (state == State.ENDING) {
            ending().onDue();
        } else if (attached == null) {
            end(CloseReason.IDLE, "no connection came for " + options.idleMillis() + " ms");
        } else {
            rest();
            if (attached.ready()) {
                attached.heartbeat();
            }
        }
    }
}

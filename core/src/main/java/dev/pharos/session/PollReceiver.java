package dev.pharos.session;

import dev.pharos.http.Encoded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that takes one batch: what there is in one turn of the loop, in one answer. On the session's loop only.
 *
 * <p>Of {@link #onMessages}, {@link #onHeartbeat} and {@link #onEnd} exactly one is called, once, when the receiver is
 * detached already, unless {@link #abort} was called.
 */
public abstract class PollReceiver implements Receiver {

    private final ProtocolSession session;
    private final int most;
    private @Nullable ArrayList<Outgoing> batch;
    private int bytes;
    private boolean answered;

    /**
     * A receiver that takes nothing yet.
     *
     * @param most the bytes of an answer; what goes over them is still taken
     */
    protected PollReceiver(ProtocolSession session, int most) {
        this.session = session;
        this.most = most;
    }

    /** Answers with messages. */
    protected abstract void onMessages(List<Outgoing> messages);

    /** Answers with a sign of life. */
    protected abstract void onHeartbeat();

    /** Answers that the session has ended. */
    protected abstract void onEnd(int code, String reason);

    /** The peer does not wait for the answer any more, or has been given another one; what was taken waits again. */
    public final void abort() {
        if (!answered) {
            ArrayList<Outgoing> taken = batch;
            if (taken != null) {
                session.takeBack(taken);
            }
            done();
        }
    }

    /** Whether no answer is to come any more. */
    public final boolean isDone() {
        return answered;
    }

    private void done() {
        answered = true;
        batch = null;
        session.detach(this);
    }

    @Override
    public final boolean ready() {
        return !answered && bytes < most;
    }

    @Override
    public final void text(Encoded messages) {
        take(new Outgoing.Text(messages));
    }

    @Override
    public final void binary(byte[] message) {
        take(new Outgoing.Binary(message));
    }

    private void take(Outgoing message) {
        ArrayList<Outgoing> taken = batch;
        if (taken == null) {
            taken = new ArrayList<>(2);
            batch = taken;
            Sessions.execute(session.loop(), this::answer);
        }
        taken.add(message);
        bytes += message.bytes();
    }

    private void answer() {
        ArrayList<Outgoing> taken = batch;
        if (!answered && taken != null) {
            done();
            onMessages(taken);
        }
    }

    @Override
    public final void heartbeat() {
        if (!answered && batch == null) {
            done();
            onHeartbeat();
        }
    }

    @Override
    public final boolean close(int code, String reason) {
        if (answered) {
            return false;
        }
        if (batch != null) {
            answer(); // the next one is told
            return false;
        }
        done();
        onEnd(code, reason);
        return true;
    }
}

package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.ResponseStream;
import dev.pharos.session.CloseReason;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.Receiver;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A streaming answer that receives for a session until it has grown to its limit: browsers keep all of it in memory. On the
 * session's loop only.
 */
final class StreamReceiver implements Receiver, ResponseStream.Listener {

    private final ProtocolSession session;
    private final Streaming transport;
    private final Framing framing;
    private final int limit;
    private @Nullable ResponseStream stream;
    private int sent;
    private boolean attached;
    private boolean ended;

    StreamReceiver(ProtocolSession session, Streaming transport, int limit) {
        this.session = session;
        this.transport = transport;
        this.framing = transport.framing();
        this.limit = limit;
    }

    /** Begins the answer. */
    void begin(Reply reply, Headers headers) {
        ResponseStream begun = reply.stream(200, headers, this);
        stream = begun;
        begun.write(transport.prelude());
    }

    /** Opens the session with this as its first receiver. */
    void open() {
        write(framing.dress(Frames.OPEN));
        attached = session.attach(this);
        session.open();
    }

    /** Receives for a session that was open before, or says why not. */
    void join() {
        attached = true; // the session may end this connection from within the call
        if (!session.attach(this)) {
            attached = false;
            write(framing.dress(Frames.refusal(session)));
            end();
        }
    }

    private ResponseStream stream() {
        return Objects.requireNonNull(stream);
    }

    private void write(Encoded bytes) {
        if (!ended) {
            stream().write(bytes);
            sent = Math.addExact(sent, bytes.length());
            if (sent >= limit) {
                end();
            }
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            stream().close();
            session.detach(this);
        }
    }

    @Override
    public boolean ready() {
        return !ended && stream().ready();
    }

    @Override
    public void text(Encoded messages) {
        write(session.lane().frames(framing).frame(messages));
    }

    @Override
    public void binary(byte[] message) {
        throw new UnsupportedOperationException(Frames.NO_BINARY);
    }

    @Override
    public void heartbeat() {
        write(framing.dress(Frames.HEARTBEAT));
    }

    @Override
    public boolean close(int code, String reason) {
        if (ended) {
            return false;
        }
        write(framing.dress(Frames.close(code, reason)));
        end();
        return true;
    }

    @Override
    public void onReady() {
        session.onReady(this);
    }

    /** An end that is not of our making leaves open what has arrived: the session ends with it. */
    @Override
    public void onClose() {
        if (!ended) {
            ended = true;
            session.detach(this);
            if (attached) {
                session.end(CloseReason.TRANSPORT, Frames.INTERRUPTED_CODE, Frames.INTERRUPTED);
            }
        }
    }
}

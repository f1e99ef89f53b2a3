package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Outgoing;
import dev.pharos.session.PollReceiver;
import dev.pharos.session.ProtocolSession;
import java.util.ArrayList;
import java.util.List;

/** A request that waits for one frame. On the session's loop only. */
final class Poll extends PollReceiver {

    private final ProtocolSession session;
    private final Reply reply;
    private final Framing framing;
    private final Headers headers;
    private boolean attached;

    Poll(ProtocolSession session, Reply reply, Framing framing, Headers headers, int most) {
        super(session, most);
        this.session = session;
        this.reply = reply;
        this.framing = framing;
        this.headers = headers;
    }

    /** Opens the session, which is all that the first poll is told. */
    void open() {
        answer(Frames.OPEN);
        session.open();
    }

    /** Waits for a frame of a session that was open before, or says why not. */
    void join() {
        attached = true; // the session may answer from within the call
        reply.onAbort(this::interrupted);
        if (!session.attach(this)) {
            attached = false;
            answer(Frames.refusal(session));
        }
    }

    private void interrupted() {
        if (attached && !isDone()) {
            abort();
            session.end(CloseReason.TRANSPORT, Frames.INTERRUPTED_CODE, Frames.INTERRUPTED);
        }
    }

    private void answer(byte[] frame) {
        reply.send(new Response(200, headers, framing.dress(frame).bytes()));
    }

    @Override
    protected void onMessages(List<Outgoing> messages) {
        List<Encoded> runs = new ArrayList<>(messages.size());
        for (Outgoing message : messages) {
            switch (message) {
                case Outgoing.Text text -> runs.add(text.messages());
                case Outgoing.Binary binary -> throw new UnsupportedOperationException(Frames.NO_BINARY);
            }
        }
        reply.send(new Response(200, headers, framing.answer(runs, session.lane())));
    }

    @Override
    protected void onHeartbeat() {
        answer(Frames.HEARTBEAT);
    }

    @Override
    protected void onEnd(int code, String reason) {
        answer(Frames.close(code, reason));
    }
}

package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.session.CloseReason;
import dev.pharos.session.FrameCache;
import dev.pharos.session.Outgoing;
import dev.pharos.session.PollReceiver;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A poll that waits for packets. On the session's loop only. */
final class EnginePoll extends PollReceiver {

    private static final System.Logger LOG = System.getLogger(EnginePoll.class.getName());
    private static final String SEPARATOR_IN_TEXT = "a text with U+001E cannot be sent to a client that polls";

    /** More waits for the next poll. */
    private static final int MOST_BYTES = 256 << 10;

    static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=UTF-8", "Cache-Control", "no-store");

    private final EngineSession session;
    private final Reply reply;
    private final Headers cors;
    private boolean finishing;

    EnginePoll(EngineSession session, Reply reply, Headers cors) {
        super(session, MOST_BYTES);
        this.session = session;
        this.reply = reply;
        this.cors = cors;
    }

    /** Waits at the session, which is polling. */
    void start() {
        reply.onAbort(this::onAbort);
        if (isDone()) {
            return; // it had gone before it came
        }
        if (!session.attach(this)) {
            EngineError error = session.isOpen() ? EngineError.BAD_REQUEST : EngineError.UNKNOWN_SID;
            session.fail(CloseReason.PROTOCOL_ERROR, "two polls at a time");
            reply.send(error.response(cors));
        } else if (session.hasControl()) {
            heartbeat();
        }
    }

    private void onAbort() {
        if (!isDone()) {
            abort();
            session.fail(CloseReason.TRANSPORT, "a poll was given up");
        }
    }

    /** Ends it, since another transport takes over. */
    void finish() {
        finishing = true;
        close(0, "");
    }

    @Override
    protected void onMessages(List<Outgoing> messages) {
        FrameCache texts = session.lane().frames(PayloadWriter.TEXTS);
        if (PayloadWriter.areSeparable(messages, texts)) {
            send(PayloadWriter.payload(messages, session.control(), texts));
        } else {
            LOG.log(System.Logger.Level.ERROR, SEPARATOR_IN_TEXT);
            session.fail(CloseReason.FAULT, SEPARATOR_IN_TEXT);
            send(new byte[] {(byte) EnginePacket.Type.CLOSE.code()});
        }
    }

    @Override
    protected void onHeartbeat() {
        send(session.control().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void onEnd(int code, String reason) {
        EnginePacket.Type last = finishing ? EnginePacket.Type.NOOP : session.last();
        send(new byte[] {(byte) last.code()});
    }

    private void send(byte[] payload) {
        reply.send(new Response(200, TEXT.and(cors), payload));
    }
}

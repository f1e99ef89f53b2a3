package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.Headers;
import dev.pharos.http.MeteredCollector;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.session.CloseReason;
import java.nio.charset.StandardCharsets;

/**
 * The body of a {@code POST} with packets of a client. It is collected on the loop of its connection; all else happens on
 * that of the session.
 */
final class EnginePost extends MeteredCollector {

    private static final byte[] OK = "ok".getBytes(StandardCharsets.UTF_8);

    private final EngineSession session;
    private final Reply reply;
    private final Headers cors;
    private final UploadMemory memory;
    /** What is taken of the memory for a body that waits to be looked at. */
    private int held;

    /** With a reply for the session's loop. */
    EnginePost(EngineSession session, Reply reply, Headers cors, UploadMemory memory, int limit) {
        super(limit, memory);
        this.session = session;
        this.reply = reply;
        this.cors = cors;
        this.memory = memory;
    }

    @Override
    protected void onNoRoom() {
        session.execute(() -> fail("there is no memory for more requests", EngineError.OVERLOADED));
    }

    @Override
    protected void onBody(byte[] body) {
        session.execute(() -> {
            int share = UploadMemory.share(body.length);
            if (!memory.take(share)) {
                onNoRoom();
                return;
            }
            held = share;
            if (!session.deliver(body.length, () -> deliver(body))) {
                fail("more comes than the application takes", EngineError.BAD_REQUEST);
            }
        });
    }

    @Override
    protected void onOverLimit() {
        session.execute(() -> fail("a payload is too large", EngineError.TOO_LARGE));
    }

    @Override
    protected void onBrokenOff() {
        session.execute(() -> {
            end();
            session.fail(CloseReason.TRANSPORT, "a request broke off");
        });
    }

    private void deliver(byte[] body) {
        try {
            deliver(new PayloadReader(body));
        } catch (MalformedPacketException malformed) {
            refuse(malformed);
        }
    }

    /** Packet by packet, as long as the application takes them; the rest when it has resumed. */
    private void deliver(PayloadReader packets) {
        if (!session.isPolling()) {
            end();
            reply.send(EngineError.UNKNOWN_SID.response(cors));
            return;
        }
        try {
            while (session.isOpen()) {
                EnginePacket packet = packets.next();
                if (packet == null) {
                    break;
                }
                session.accept(packet);
                if (session.isOpen() && session.isPaused() && packets.hasMore()) {
                    session.deliver(packets.left(), () -> deliver(packets));
                    return;
                }
            }
        } catch (MalformedPacketException malformed) {
            refuse(malformed);
            return;
        }
        end();
        reply.send(new Response(200, EnginePoll.TEXT.and(cors), OK));
    }

    private void refuse(MalformedPacketException malformed) {
        end();
        session.refuse(malformed);
        reply.send(EngineError.BAD_REQUEST.response(cors));
    }

    private void end() {
        session.endPost();
        memory.give(held);
        held = 0;
    }

    private void fail(String sentence, EngineError error) {
        end();
        session.fail(CloseReason.PROTOCOL_ERROR, sentence);
        reply.send(error.response(cors));
    }
}

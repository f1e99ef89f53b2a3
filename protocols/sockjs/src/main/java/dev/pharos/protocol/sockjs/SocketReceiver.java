package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import dev.pharos.http.WebSocket;
import dev.pharos.session.CloseReason;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.Receiver;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A WebSocket of frames: the only connection of its session, which ends with it. On the session's loop only. */
final class SocketReceiver implements Receiver, WebSocket.Listener {

    private static final int NORMAL = 1000;
    private static final int BROKEN = 1006;
    private static final Framing FRAMING = Framing.MESSAGE;

    private final ProtocolSession session;
    private @Nullable WebSocket socket;
    /** The peer broke the protocol, and is not worth a frame of it. */
    private boolean faulty;

    SocketReceiver(ProtocolSession session) {
        this.session = session;
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        opened.text(FRAMING.dress(Frames.OPEN));
        session.attach(this);
        session.open();
    }

    @Override
    public void onText(String text) {
        try {
            for (String message : MessageReader.read(text)) {
                session.receive(message);
            }
        } catch (BadPayloadException bad) {
            faulty = true;
            session.end(CloseReason.PROTOCOL_ERROR, bad.sentence());
        }
    }

    @Override
    public void onBinary(ByteBuffer message) {
        faulty = true;
        session.end(CloseReason.PROTOCOL_ERROR, Frames.NO_BINARY);
    }

    @Override
    public void onReady() {
        session.onReady(this);
    }

    @Override
    public void onClose(int code, String reason) {
        session.end(code == BROKEN ? CloseReason.TRANSPORT : CloseReason.CLIENT, reason);
        session.detach(this);
    }

    private WebSocket socket() {
        return Objects.requireNonNull(socket);
    }

    @Override
    public boolean ready() {
        return socket().ready();
    }

    @Override
    public void text(Encoded messages) {
        socket().text(session.lane().frames(FRAMING).frame(messages));
    }

    @Override
    public void binary(byte[] message) {
        throw new UnsupportedOperationException(Frames.NO_BINARY);
    }

    @Override
    public void heartbeat() {
        socket().text(FRAMING.dress(Frames.HEARTBEAT));
    }

    @Override
    public boolean close(int code, String reason) {
        if (faulty) {
            socket().close(code, reason);
        } else {
            socket().text(FRAMING.dress(Frames.close(code, reason)));
            socket().close(NORMAL, "");
        }
        return true;
    }

    @Override
    public void pause() {
        socket().pause();
    }

    @Override
    public void resume() {
        socket().resume();
    }
}

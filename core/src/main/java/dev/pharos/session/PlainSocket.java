package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as the one connection of a session: its messages are the session's, and the end of one ends the other. On the
 * session's loop only.
 */
public final class PlainSocket implements Receiver, WebSocket.Listener {

    private static final int BROKEN = 1006;

    private final ProtocolSession session;
    private @Nullable WebSocket socket;

    /** For a session that is opened when the WebSocket is. */
    public PlainSocket(ProtocolSession session) {
        this.session = session;
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        session.attach(this);
        session.open();
    }

    @Override
    public void onText(String message) {
        session.receive(message);
    }

    @Override
    public void onBinary(ByteBuffer message) {
        session.receive(message);
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
        socket().text(messages);
    }

    @Override
    public void binary(byte[] message) {
        socket().binary(message);
    }

    @Override
    public void heartbeat() {
        socket().ping();
    }

    @Override
    public boolean close(int code, String reason) {
        socket().close(code == BROKEN ? CloseReason.FAULT.code() : code, reason);
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

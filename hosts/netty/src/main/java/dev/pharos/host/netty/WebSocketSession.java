package dev.pharos.host.netty;

import dev.pharos.http.Encoded;
import dev.pharos.http.WebSocket;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * A connection after its upgrade to WebSocket.
 */
final class WebSocketSession implements WebSocket, FrameReader.Sink {

    private final Connection connection;
    private final Listener listener;
    private final FrameReader frames;
    private int closeCode = 1006;
    private String closeReason = "";
    private boolean opened;
    private boolean paused;
    /** A Close frame was sent, or nothing can be sent any more. */
    private boolean closeSent;
    /** A pong waits for the peer to take what was sent before. */
    private boolean pongWaits;

    private boolean closeTold;

    WebSocketSession(Connection connection, Options options, Listener listener) {
        this.connection = connection;
        this.listener = listener;
        this.frames = new FrameReader(this, connection.loop.incoming, options.maxMessage(), options.maxFragments());
    }

    /** Tells the listener of the opening; input comes from here on. */
    void open() {
        connection.guard(() -> listener.onOpen(this));
        opened = true;
        connection.in.wanted();
    }

    /** For a peer that has gone already. */
    void openAndBreak() {
        closeSent = true;
        connection.loop.execute(() -> connection.guard(() -> listener.onOpen(this)));
        tellClosed();
    }

    void read(ByteBuf in) {
        connection.guard(() -> frames.read(in));
    }

    @Override
    public boolean wantsMore() {
        return opened && !paused && !pongWaits;
    }

    /** Whether not even what the kernel has should be read. */
    boolean stopsReading() {
        return paused || pongWaits;
    }

    @Override
    public boolean ready() {
        return !closeSent && connection.out.ready();
    }

    @Override
    public void text(Encoded messages) {
        if (!closeSent && messages.parts() > 0) {
            connection.out.write(messages, connection.loop.messages);
        }
    }

    @Override
    public void binary(byte[] message) {
        if (!closeSent) {
            WebSocketFrames.head(connection.out.buffer(), WebSocketFrames.BINARY, message.length);
            connection.out.body(message);
        }
    }

    @Override
    public void ping() {
        if (!closeSent) {
            WebSocketFrames.head(connection.out.buffer(), WebSocketFrames.PING, 0);
            connection.out.written();
        }
    }

    @Override
    public void close(int code, String reason) {
        if (!WebSocketFrames.validCloseCode(code)) {
            throw new IllegalArgumentException("close code " + code + " may not be sent");
        }
        sendClose(code, reason);
        connection.rearm();
    }

    @Override
    public void end() {
        if (!closeSent) {
            closeSent = true;
            tellClosed();
            connection.endAfterFlush();
        }
    }

    private void sendClose(int code, String reason) {
        if (!closeSent) {
            closeSent = true;
            WebSocketFrames.close(connection.out.buffer(), code, reason);
            connection.out.written();
        }
    }

    @Override
    public void pause() {
        paused = true;
        connection.in.wanted();
    }

    @Override
    public void resume() {
        paused = false;
        connection.in.wanted();
    }

    /** Whether the peer owes a Close frame. */
    boolean awaitsClose() {
        return closeSent;
    }

    @Override
    public void onText(String text) {
        if (!closeSent) {
            listener.onText(text);
        }
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        if (!closeSent) {
            listener.onBinary(bytes);
        }
    }

    @Override
    public void onPing(byte[] payload, int length) {
        if (!closeSent) {
            WebSocketFrames.head(connection.out.buffer(), WebSocketFrames.PONG, length);
            connection.out.buffer().writeBytes(payload, 0, length);
            connection.out.written();
            pongWaits = connection.out.congested();
        }
    }

    @Override
    public void onClose(int code, String reason) {
        closeCode = code;
        closeReason = reason;
        if (!closeSent) {
            closeSent = true;
            if (code == 1005) {
                WebSocketFrames.head(connection.out.buffer(), WebSocketFrames.CLOSE, 0);
            } else {
                WebSocketFrames.close(connection.out.buffer(), code, "");
            }
            connection.out.written();
        }
        tellClosed();
        connection.endAfterFlush();
    }

    @Override
    public void onBroken(int code, String sentence) {
        closeReason = sentence;
        sendClose(code, sentence);
        tellClosed();
        connection.endAfterFlush();
    }

    /** Everything sent has been taken. */
    void unblocked() {
        if (pongWaits) {
            pongWaits = false;
            connection.in.wanted();
        }
        if (!closeSent && opened) {
            connection.guard(listener::onReady);
        }
    }

    /** The connection has ended. */
    void broke() {
        closeSent = true;
        frames.end();
        tellClosed();
    }

    private void tellClosed() {
        if (!closeTold) {
            closeTold = true;
            connection.loop.execute(() -> connection.guard(() -> listener.onClose(closeCode, closeReason)));
        }
    }
}

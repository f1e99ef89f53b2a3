package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A WebSocket in memory whose peer takes as much as a test says. */
final class FakeSocket implements WebSocket {

    final Options options;
    final Listener listener;
    private final EventLoop loop;
    private final ArrayDeque<String> frames = new ArrayDeque<>();
    private boolean ready = true;
    boolean paused;
    int pings;
    int closeCode;
    String closeReason = "";

    FakeSocket(EventLoop loop, Options options, Listener listener) {
        this.loop = loop;
        this.options = options;
        this.listener = listener;
    }

    @Override
    public boolean ready() {
        return ready && closeCode == 0;
    }

    @Override
    public void text(Encoded messages) {
        if (closeCode != 0) {
            throw new AssertionError("a message behind the close: " + messages);
        }
        for (int part = 0; part < messages.parts(); part++) {
            frames.add(new String(
                    messages.bytes(),
                    messages.start(part),
                    messages.end(part) - messages.start(part),
                    StandardCharsets.UTF_8));
        }
    }

    @Override
    public void binary(byte[] message) {
        throw new AssertionError("pharos.v1 sends no binary messages");
    }

    @Override
    public void ping() {
        pings++;
    }

    @Override
    public void close(int code, String reason) {
        if (closeCode == 0) {
            closeCode = code;
            closeReason = reason;
            loop.execute(() -> listener.onClose(code, reason));
        }
    }

    @Override
    public void end() {
        throw new AssertionError("pharos.v1 ends by a close");
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    /** The peer stops or begins to take bytes. */
    void ready(boolean takes) {
        boolean was = ready;
        ready = takes;
        if (takes && !was) {
            loop.execute(listener::onReady);
        }
    }

    /** The client sends a frame. */
    void receive(String frame) {
        listener.onText(frame);
    }

    /** The client sends bytes. */
    void receive(byte[] message) {
        listener.onBinary(ByteBuffer.wrap(message));
    }

    boolean hasFrame() {
        return !frames.isEmpty();
    }

    /** The next frame sent, or null. */
    @Nullable
    String poll() {
        return frames.poll();
    }

    /** The next frame sent. */
    Map<String, Object> next() {
        return Tree.object(frames.remove());
    }
}

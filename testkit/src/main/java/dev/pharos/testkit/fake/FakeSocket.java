package dev.pharos.testkit.fake;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A WebSocket in memory whose peer takes as much as a test says. */
public final class FakeSocket implements WebSocket {

    private final Options options;
    private final Listener listener;
    private final EventLoop loop;
    private final ArrayDeque<String> frames = new ArrayDeque<>();
    private boolean ready = true;
    private boolean paused;
    private int pings;
    private int closeCode;

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
        throw new AssertionError("a binary message of " + message.length + " bytes");
    }

    @Override
    public void ping() {
        pings++;
    }

    @Override
    public void close(int code, String reason) {
        if (closeCode == 0) {
            closeCode = code;
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
    public void ready(boolean takes) {
        boolean was = ready;
        ready = takes;
        if (takes && !was) {
            loop.execute(listener::onReady);
        }
    }

    /** The client sends a frame. */
    public void receive(String frame) {
        listener.onText(frame);
    }

    /** The client sends bytes. */
    public void receive(byte[] message) {
        listener.onBinary(ByteBuffer.wrap(message));
    }

    /** The client goes away. */
    public void hangUp(int code) {
        listener.onClose(code, "");
    }

    /** What it was opened with. */
    public Options options() {
        return options;
    }

    /** Whether no more is read from the client for now. */
    public boolean isPaused() {
        return paused;
    }

    /** How many pings were sent. */
    public int pings() {
        return pings;
    }

    /** The code it was closed with, 0 as long as it is open. */
    public int closeCode() {
        return closeCode;
    }

    /** Whether a frame was sent that was not taken yet. */
    public boolean hasFrame() {
        return !frames.isEmpty();
    }

    /** The next frame sent, or null. */
    public @Nullable String poll() {
        return frames.poll();
    }

    /** The next frame sent. */
    public String next() {
        return frames.remove();
    }
}

package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A WebSocket of another loop: used here, and the listener of the real one there. */
final class FarSocket implements WebSocket, WebSocket.Listener {

    private static final int MOST_INCOMING = 64 << 10;

    private final EventLoop here;
    private final EventLoop there;
    private final Listener listener;
    private final Flow flow = new Flow();

    /** There only, as is all of the reading. */
    private @Nullable WebSocket socket;

    private int incoming;
    private boolean isFull;
    private boolean isPaused;
    /** Here only. */
    private boolean closed;

    FarSocket(EventLoop here, EventLoop there, Listener listener) {
        this.here = here;
        this.there = there;
        this.listener = listener;
    }

    // there

    private WebSocket socket() {
        return Objects.requireNonNull(socket);
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        Sessions.execute(here, () -> listener.onOpen(this));
    }

    @Override
    public void onText(String message) {
        bring(message.length(), () -> listener.onText(message));
    }

    @Override
    public void onBinary(ByteBuffer message) {
        byte[] copy = new byte[message.remaining()];
        message.get(copy);
        bring(copy.length, () -> listener.onBinary(ByteBuffer.wrap(copy)));
    }

    private void bring(int length, Runnable message) {
        incoming += length;
        if (!isFull && incoming >= MOST_INCOMING) {
            isFull = true;
            socket().pause();
        }
        Sessions.execute(here, () -> {
            if (!closed) {
                message.run();
            }
            Sessions.execute(there, () -> brought(length));
        });
    }

    private void brought(int length) {
        incoming -= length;
        if (isFull && incoming < MOST_INCOMING) {
            isFull = false;
            if (!isPaused) {
                socket().resume();
            }
        }
    }

    private void arrived(int length) {
        if (flow.arrived(length, socket().ready())) {
            Sessions.execute(here, listener::onReady);
        }
    }

    @Override
    public void onReady() {
        arrived(0);
    }

    @Override
    public void onClose(int code, String reason) {
        Sessions.execute(here, () -> {
            closed = true;
            listener.onClose(code, reason);
        });
    }

    // here

    @Override
    public boolean ready() {
        return !closed && flow.ready();
    }

    private void send(int length, Runnable write) {
        if (!closed) {
            flow.left(length);
            Sessions.execute(there, () -> {
                write.run();
                arrived(length);
            });
        }
    }

    @Override
    public void text(Encoded messages) {
        send(messages.length(), () -> socket().text(messages));
    }

    @Override
    public void binary(byte[] message) {
        send(message.length, () -> socket().binary(message));
    }

    @Override
    public void ping() {
        send(0, () -> socket().ping());
    }

    @Override
    public void close(int code, String reason) {
        finish(() -> socket().close(code, reason));
    }

    @Override
    public void end() {
        finish(() -> socket().end());
    }

    private void finish(Runnable last) {
        if (!closed) {
            closed = true;
            Sessions.execute(there, () -> {
                last.run();
                if (isFull) {
                    socket().resume(); // so that the peer's answer is read
                }
            });
        }
    }

    @Override
    public void pause() {
        Sessions.execute(there, () -> {
            isPaused = true;
            socket().pause();
        });
    }

    @Override
    public void resume() {
        Sessions.execute(there, () -> {
            isPaused = false;
            if (!isFull) {
                socket().resume();
            }
        });
    }
}

package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import dev.pharos.stepped.SteppedLoop;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection in memory that answers one request: strict about loops, takes as much as a test says, may break anywhere. */
final class Wire implements Reply, ResponseStream {

    private final SteppedLoop loop;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private ResponseStream.@Nullable Listener listener;
    private boolean answered;
    private boolean ready = true;
    private boolean closed;
    private boolean told;
    int status;

    Wire(SteppedLoop loop) {
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    private void inLoop() {
        if (!loop.inLoop()) {
            throw new AssertionError("a connection is used on its own loop only");
        }
    }

    @Override
    public void send(Response response) {
        inLoop();
        if (answered) {
            throw new AssertionError("answered twice");
        }
        answered = true;
        status = response.status();
    }

    @Override
    public ResponseStream stream(int code, Headers headers, ResponseStream.Listener to) {
        inLoop();
        if (answered) {
            throw new AssertionError("answered twice");
        }
        answered = true;
        status = code;
        listener = to;
        if (closed) {
            tellLater();
        }
        return this;
    }

    @Override
    public boolean speaksWebSocket() {
        return false;
    }

    @Override
    public UpgradeSupport upgradeSupport() {
        return UpgradeSupport.NOT_ASKED;
    }

    @Override
    public void upgrade(WebSocket.Options options, WebSocket.Listener to) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public void onAbort(Runnable action) {}

    @Override
    public boolean ready() {
        inLoop();
        return ready && !closed;
    }

    @Override
    public void write(Encoded run) {
        inLoop();
        if (!closed) {
            bytes.writeBytes(run.bytes());
        }
    }

    @Override
    public void close() {
        inLoop();
        if (!closed) {
            closed = true;
            tellLater();
        }
    }

    private void tellLater() {
        if (listener != null) {
            loop.execute(() -> {
                if (!told) {
                    told = true;
                    Objects.requireNonNull(listener).onClose();
                }
            });
        }
    }

    /** The peer takes bytes again, or no more for now. */
    void ready(boolean takes) {
        boolean was = ready;
        ready = takes;
        if (takes && !was && !closed && listener != null) {
            loop.execute(Objects.requireNonNull(listener)::onReady);
        }
    }

    /** The connection breaks; whoever writes is told later. */
    void breakOff() {
        closed = true;
        tellLater();
    }

    boolean isOver() {
        return closed;
    }

    /** All that was written. */
    byte[] bytes() {
        return bytes.toByteArray();
    }
}

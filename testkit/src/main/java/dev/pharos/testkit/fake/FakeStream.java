package dev.pharos.testkit.fake;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A stream into memory whose peer takes as much as a test says. */
public final class FakeStream implements ResponseStream {

    private final EventLoop loop;
    private final Listener listener;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Encoded> runs = new ArrayList<>();

    private boolean ready = true;
    private boolean closed;
    private boolean told;

    FakeStream(EventLoop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    @Override
    public boolean ready() {
        return ready && !closed;
    }

    @Override
    public void write(Encoded run) {
        if (!closed) {
            runs.add(run);
            bytes.writeBytes(run.bytes());
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loop.execute(this::tellClosed);
        }
    }

    /** The peer goes away. */
    public void hangUp() {
        closed = true;
        tellClosed();
    }

    private void tellClosed() {
        if (!told) {
            told = true;
            listener.onClose();
        }
    }

    /** The peer stops or begins to take bytes. */
    public void ready(boolean takes) {
        boolean was = ready;
        ready = takes;
        if (takes && !was) {
            loop.execute(listener::onReady);
        }
    }

    /** Whether either side closed it. */
    public boolean closed() {
        return closed;
    }

    /** What was written, as it came. */
    public List<Encoded> runs() {
        return runs;
    }

    /** All that was written. */
    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What was written since the last call. */
    public String take() {
        String text = text();
        bytes.reset();
        return text;
    }
}

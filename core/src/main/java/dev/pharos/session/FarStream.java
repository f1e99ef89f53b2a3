package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.ResponseStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A response stream of another loop: used here, and the listener of the real one there. */
final class FarStream implements ResponseStream, ResponseStream.Listener {

    private final EventLoop here;
    private final EventLoop there;
    private final Listener listener;
    private final Flow flow = new Flow();
    /** There only. */
    private @Nullable ResponseStream stream;
    /** Here only. */
    private boolean closed;

    FarStream(EventLoop here, EventLoop there, Listener listener) {
        this.here = here;
        this.there = there;
        this.listener = listener;
    }

    // there

    void begin(ResponseStream begun) {
        stream = begun;
    }

    private ResponseStream stream() {
        return Objects.requireNonNull(stream);
    }

    private void arrived(int length) {
        if (flow.arrived(length, stream().ready())) {
            Sessions.execute(here, listener::onReady);
        }
    }

    @Override
    public void onReady() {
        arrived(0);
    }

    @Override
    public void onClose() {
        Sessions.execute(here, () -> {
            closed = true;
            listener.onClose();
        });
    }

    // here

    @Override
    public boolean ready() {
        return !closed && flow.ready();
    }

    @Override
    public void write(Encoded bytes) {
        if (!closed) {
            flow.left(bytes.length());
            Sessions.execute(there, () -> {
                stream().write(bytes);
                arrived(bytes.length());
            });
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Sessions.execute(there, () -> stream().close());
        }
    }
}

package dev.pharos.host.jdk;

import dev.pharos.http.Encoded;
import dev.pharos.http.ResponseStream;

/**
 * The stream of one exchange. Used on its loop only.
 */
final class ExchangeStream implements ResponseStream {

    private final Outlet outlet;
    private final Listener listener;
    private boolean closed;
    private boolean ended;

    ExchangeStream(Outlet outlet, Listener listener) {
        this.outlet = outlet;
        this.listener = listener;
    }

    @Override
    public boolean ready() {
        return !closed && !ended && !outlet.lagging();
    }

    @Override
    public void write(Encoded bytes) {
        if (!closed && !ended) {
            outlet.data(bytes);
        }
    }

    @Override
    public void close() {
        if (!closed && !ended) {
            closed = true;
            outlet.end();
        }
    }

    /** The outlet has caught up. */
    void caughtUp() {
        if (outlet.caughtUp() && !closed && !ended) {
            listener.onReady();
        }
    }

    /** The exchange is over. */
    void end() {
        if (!ended) {
            ended = true;
            listener.onClose();
        }
    }
}

package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.sse.SseEncoder;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A session whose messages are events of a stream, one stream after the other, and whose peer sends by requests. On its loop.
 */
final class DuplexSession extends ProtocolSession {

    static final Headers HEADERS = Headers.of(
            "Content-Type", "text/event-stream", "Cache-Control", "no-store, no-transform", "X-Accel-Buffering", "no");

    private static final int RESEND_BYTES = 64 << 10;
    private static final int LOST = 1008;
    private static final Encoded HEARTBEAT = Encoded.of(SseEncoder.COMMENT_HEARTBEAT);

    private final AtomicInteger open;
    private final FrameCache frames;
    private final SentWindow sent = new SentWindow(RESEND_BYTES);
    /** The number of the last request whose messages were delivered. */
    private long delivered;

    DuplexSession(
            Sessions sessions,
            String id,
            EventLoop loop,
            Handshake handshake,
            SessionOptions options,
            SessionListener listener,
            AtomicInteger open) {
        super(sessions, id, loop, handshake, options, listener);
        this.open = open;
        frames = lane().frames(DuplexFraming.SHARED);
    }

    /**
     * Begins to send over another stream; one that is there already ends.
     *
     * @param lastId the last event the peer got
     * @param first what the stream begins with
     */
    void connect(Reply reply, Headers headers, String lastId, Encoded first) {
        if (isGone()) {
            reply.send(gone(id()).with(headers));
            return;
        }
        if (receiver() instanceof Stream earlier) {
            earlier.replaced();
        }
        Stream stream = new Stream();
        ResponseStream out = reply.stream(200, HEADERS.and(headers), stream);
        stream.out = out;
        out.write(first);
        if (sent.isTakenUpTo(lastId)) {
            sent.runs().forEach(out::write);
            attach(stream);
        } else {
            stream.close(LOST, "messages behind the last one that was received are no longer kept");
            end(CloseReason.OVERFLOW, LOST, "the peer came back for messages that are no longer kept");
        }
    }

    /** The peer says that it has got everything up to this id. */
    void acknowledge(String lastId) {
        var unused = sent.isTakenUpTo(lastId);
    }

    /** Whether a request with this number is new; the number 0 always is. */
    boolean isNew(long number) {
        if (number > 0 && number <= delivered) {
            return false;
        }
        delivered = Math.max(delivered, number);
        return true;
    }

    static Response gone(String id) {
        return Response.text(404, "there is no session '" + id + "', or it has ended; open another");
    }

    @Override
    protected void onOver() {
        open.decrementAndGet();
    }

    @Override
    public void send(byte[] message) {
        throw new UnsupportedOperationException("an event stream carries text messages only");
    }

    /** One stream of the session. */
    private final class Stream implements Receiver, ResponseStream.Listener {

        private @Nullable ResponseStream out;

        /** Another stream takes its place. */
        void replaced() {
            detach(this);
            close();
        }

        private void close() {
            if (out != null) {
                out.close();
            }
        }

        private void write(Encoded bytes) {
            if (out != null) {
                out.write(bytes);
            }
        }

        @Override
        public void onReady() {
            DuplexSession.this.onReady(this);
        }

        @Override
        public void onClose() {
            detach(this);
        }

        @Override
        public boolean ready() {
            return out != null && out.ready();
        }

        @Override
        public void text(Encoded messages) {
            Encoded framed = frames.frame(messages);
            if (DuplexFraming.number(framed) <= sent.newest()) {
                framed = frames.frameAgain(messages); // ids tell the order; others that lag may need the same
            }
            sent.add(framed);
            write(framed);
        }

        @Override
        public void binary(byte[] message) {
            throw new UnsupportedOperationException("an event stream carries text messages only");
        }

        @Override
        public void heartbeat() {
            write(HEARTBEAT);
        }

        @Override
        public boolean close(int code, String reason) {
            write(Encoded.of(SseEncoder.event("close", -1, null, code + " " + reason)));
            close();
            return true;
        }
    }
}

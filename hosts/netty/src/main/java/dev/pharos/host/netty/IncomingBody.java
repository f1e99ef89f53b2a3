package dev.pharos.host.netty;

import dev.pharos.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way in.
 */
final class IncomingBody implements Body {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What is awaited of a body nobody wants, so that its connection can go on. */
    static final int SHORT_REST = 256 << 10;

    private final Connection connection;
    private final Exchange exchange;
    private final long length;
    private @Nullable Reader reader;
    private long received;
    private State state;
    private boolean expectsContinue;
    private boolean overrun;
    /** For how long it was being read before it was paused, and since when it is read now, in nanoseconds. */
    private long readBefore;

    private long readSince;

    private enum State {
        UNREAD,
        READING,
        PAUSED,
        DISCARDING,
        ENDED
    }

    IncomingBody(Connection connection, Exchange exchange, RequestHead.Framing framing) {
        this.connection = connection;
        this.exchange = exchange;
        this.length = framing.length();
        this.state = length == 0 ? State.ENDED : State.UNREAD;
        this.expectsContinue = framing.awaitsContinue() && length != 0;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(Reader to) {
        if (reader != null) {
            throw new IllegalStateException("the body is being read already");
        }
        reader = to;
        if (connection.gone()) {
            state = State.ENDED;
            to.onAbort(new IOException("the peer has gone"));
        } else if (state == State.ENDED) {
            to.onEnd();
        } else if (state == State.UNREAD) {
            flow();
            continueIfAsked();
            connection.in.wanted();
        }
    }

    /** Sends 100 Continue when the client waits for it, somebody reads, and all answers before are out. */
    void continueIfAsked() {
        if (expectsContinue && state != State.UNREAD && connection.answers.atHead(exchange)) {
            expectsContinue = false;
            if (received == 0 && state != State.ENDED) {
                connection.out.buffer().writeBytes(CONTINUE);
                connection.out.written();
            }
        }
    }

    @Override
    public void pause() {
        if (state == State.READING) {
            readBefore = readFor(connection.loop.now());
            state = State.PAUSED;
            connection.in.wanted();
        }
    }

    @Override
    public void resume() {
        if (state == State.PAUSED) {
            flow();
            connection.in.wanted();
        }
    }

    private void flow() {
        state = State.READING;
        readSince = connection.loop.now();
        if (!connection.inBurst()) {
            connection.rearm();
        }
    }

    /** For how long the peer could have sent it, by now: the reader's pauses do not count. */
    long readFor(long now) {
        return state == State.READING ? readBefore + now - readSince : readBefore;
    }

    /** Whether what has arrived may be taken apart. */
    boolean flows() {
        return state == State.READING || state == State.DISCARDING || (state == State.PAUSED && overrun);
    }

    boolean ended() {
        return state == State.ENDED;
    }

    boolean discarding() {
        return state == State.DISCARDING;
    }

    /** Whether it must come to an end in a time that depends on its length, or on how much has come. */
    boolean timed() {
        Reader to = reader;
        return state == State.READING && (length > 0 || (to != null && !to.isEndless()));
    }

    /** How many bytes it is given time for. */
    long paced() {
        return length > 0 ? length : received;
    }

    /** More has arrived than may be held while the reader pauses; it gets it nevertheless. */
    void overrun() {
        overrun = true;
    }

    /** Takes bytes that stay the caller's. */
    void data(ByteBuffer bytes) {
        received += bytes.remaining();
        Reader to = reader;
        if (to != null && (state == State.READING || state == State.PAUSED)) {
            to.onData(bytes);
        }
    }

    void end() {
        if (state != State.ENDED) {
            boolean discarded = state == State.DISCARDING;
            state = State.ENDED;
            Reader to = reader;
            if (to != null && !discarded) {
                to.onEnd();
            }
        }
    }

    /** It will not become complete. */
    void abort(IOException cause) {
        if (state != State.ENDED) {
            boolean discarded = state == State.DISCARDING;
            state = State.ENDED;
            Reader to = reader;
            if (to != null && !discarded) {
                to.onAbort(cause);
            }
        }
    }

    /** Nobody wants the rest; false when it is known to be too long to be awaited. */
    boolean discard() {
        if (state == State.ENDED) {
            return true;
        }
        boolean sentAnyway = !expectsContinue;
        state = State.DISCARDING;
        connection.in.wanted();
        return sentAnyway && length - received <= SHORT_REST;
    }

    /** Bytes of this body so far. */
    long received() {
        return received;
    }
}

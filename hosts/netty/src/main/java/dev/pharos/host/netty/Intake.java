package dev.pharos.host.netty;

import dev.pharos.http.Response;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The input side of a connection.
 *
 * <p>Input is looked at as long as somebody wants it; what cannot be looked at yet is held within a bound, and then
 * reading stops. Between two requests it has neither reader nor buffer.
 */
final class Intake {

    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    /** What may still come after reading has stopped. */
    private static final int UNDER_WAY = 128 << 10;

    private final Connection connection;
    private @Nullable RequestReader reader;

    private @Nullable ByteBuf held;
    /** The request whose body is still coming. */
    private @Nullable Exchange incoming;

    /** Bytes that were read and thrown away of what nobody wants. */
    private int discarded;

    private boolean asked;
    private boolean taking;
    private boolean wakeIsDue;
    private boolean truncated;

    Intake(Connection connection) {
        this.connection = connection;
    }

    /** The request whose body is still coming, or null. */
    @Nullable
    Exchange incoming() {
        return incoming;
    }

    /** Whether some of a request's head has come, or all is waited for from the beginning. */
    boolean awaitsHead() {
        return !asked || reader != null || held != null;
    }

    /** Whether nothing of a request has come. */
    boolean untouched() {
        return reader == null && held == null;
    }

    /** Takes what was read; the bytes stay the caller's. */
    void receive(ByteBuf read) {
        if (connection.ending()) {
            discarded += read.readableBytes();
            updateReading();
            return;
        }
        ByteBuf before = held;
        ByteBuf in = before == null ? connection.loop.inArray(read) : read;
        if (before == null) {
            take(in);
            if (in.isReadable() && !connection.ending()) {
                held = connection
                        .channel()
                        .alloc()
                        .heapBuffer(in.readableBytes())
                        .writeBytes(in);
            }
        } else if (!mayTake() && before.readableBytes() >= connection.loop.limits.held() + UNDER_WAY) {
            overflow(before, in);
        } else {
            before.discardSomeReadBytes().writeBytes(in);
            wake();
        }
        updateReading();
    }

    /** How much is read and thrown away before nothing is read any more. */
    int leftToDiscard() {
        return Math.max(0, connection.loop.limits.drain() - discarded);
    }

    /** More has come than is held: a reader gets it although it pauses, anything else cannot be served any more. */
    private void overflow(ByteBuf before, ByteBuf in) {
        Exchange request = incoming;
        if (request != null) {
            request.incoming().overrun();
            if (request.incoming().flows()) {
                before.writeBytes(in);
                wake();
                return;
            }
        }
        truncated = true;
        connection.closeSoon();
    }

    /** Somebody wants input, or wants none: looks at what is held, and at the socket. */
    void wanted() {
        if (taking || connection.gone()) {
            return;
        }
        if (held != null && !wakeIsDue) {
            wakeIsDue = true;
            connection.loop.execute(() -> {
                wakeIsDue = false;
                wake();
                connection.rearm();
            });
        }
        updateReading();
    }

    private void wake() {
        ByteBuf input = held;
        if (input == null || taking || connection.gone()) {
            return;
        }
        take(input);
        if (!input.isReadable() || connection.ending()) {
            held = null;
            input.release();
            if (truncated && incoming != null) {
                connection.channel().close();
            }
        }
        updateReading();
    }

    private boolean mayTake() {
        if (connection.ending() || connection.gone()) {
            return false;
        }
        WebSocketSession session = connection.session();
        if (session != null) {
            return session.wantsMore();
        }
        Exchange request = incoming;
        if (request != null) {
            return request.incoming().flows();
        }
        return !connection.closing() && connection.answers.roomForMore() && !connection.out.congested();
    }

    private void updateReading() {
        // To close now would reset the connection, and the peer could lose its answer: it is to take that, and close.
        boolean want = connection.ending() ? leftToDiscard() > 0 : mayTake() || mayHold();
        ChannelConfig config = connection.channel().config();
        if (config.isAutoRead() != want) {
            config.setAutoRead(want);
        }
    }

    /** Whether to read on although it cannot be looked at. */
    private boolean mayHold() {
        WebSocketSession session = connection.session();
        if (session != null && session.stopsReading()) {
            return false;
        }
        ByteBuf waiting = held;
        if (waiting == null || waiting.readableBytes() < connection.loop.limits.held()) {
            return true;
        }
        return !connection.seesHangup() && session == null && incoming == null && connection.answers.watchPeer();
    }

    private void take(ByteBuf in) {
        taking = true;
        try {
            while (in.isReadable() && mayTake()) {
                WebSocketSession session = connection.session();
                if (session != null) {
                    session.read(in);
                } else if (!step(in)) {
                    break;
                }
            }
        } finally {
            taking = false;
        }
        RequestReader idle = reader;
        if (idle != null && idle.isBetween()) {
            reader = null;
            connection.loop.giveReader(idle);
        }
    }

    /** Takes one step; false when more input is needed for the next. */
    private boolean step(ByteBuf in) {
        RequestReader now = reader;
        if (now == null) {
            now = connection.loop.takeReader();
            reader = now;
        }
        try {
            switch (now.next(in)) {
                case MORE -> {
                    return false;
                }
                case HEAD -> request(now.head());
                case PIECE -> body(now.piece(), now.isBetween());
                case END -> body(null, true);
            }
        } catch (MalformedException e) {
            malformed(e);
        }
        return true;
    }

    private void malformed(MalformedException e) {
        reader = null;
        if (incoming != null) {
            cut(new IOException(e.getMessage(), e), e.answer());
        } else {
            headIsThere();
            connection.refuse(RequestHead.NONE, e.answer());
        }
    }

    private void headIsThere() {
        asked = true;
        discarded = 0;
        connection.headIsThere();
    }

    private void request(RequestHead head) {
        headIsThere();
        Response refusal = head.refusal();
        if (refusal != null) {
            connection.refuse(head, refusal);
            return;
        }
        Exchange exchange = new Exchange(connection, head);
        if (!exchange.incoming().ended()) {
            incoming = exchange;
        }
        connection.request(exchange);
    }

    private void body(@Nullable ByteBuffer piece, boolean last) {
        Exchange exchange = incoming;
        if (exchange == null) {
            return;
        }
        IncomingBody body = exchange.incoming();
        try {
            if (piece != null) {
                if (body.discarding()) {
                    discarded += piece.remaining();
                    if (discarded > IncomingBody.SHORT_REST) {
                        connection.endAfterFlush();
                        return;
                    }
                }
                body.data(piece);
            }
            if (last) {
                incoming = null;
                body.end();
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a handler failed at the body of " + exchange.method() + " " + exchange.path(), e);
            exchange.fail();
        }
    }

    /** The body does not become complete: tells its reader, and the client if it has no answer yet. */
    void cut(IOException cause, Response answer) {
        Exchange exchange = incoming;
        if (exchange != null) {
            incoming = null;
            connection.closeSoon();
            exchange.incoming().abort(cause);
            if (!exchange.answered()) {
                exchange.send(answer);
            } else if (connection.answers.none()) {
                connection.endAfterFlush();
            }
        }
    }

    /** Lets go of all that is held; what comes from here on is thrown away within the bound. */
    void drop() {
        reader = null;
        ByteBuf input = held;
        if (input != null && !taking) {
            held = null;
            input.release();
        }
        updateReading();
    }

    /** The peer has gone. */
    void abort() {
        reader = null;
        ByteBuf input = held;
        if (input != null) {
            held = null;
            input.release();
        }
        Exchange cut = incoming;
        incoming = null;
        if (cut != null) {
            connection.guard(() -> cut.incoming().abort(new IOException("the peer has gone")));
        }
    }
}

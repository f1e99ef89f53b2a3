package dev.pharos.host.netty;

import dev.pharos.http.Response;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input side of a connection.
 *
 * <p>Input is looked at as long as somebody wants it; what cannot be looked at yet is held within a bound, and then
 * reading stops. Between two requests it has neither parser nor buffer.
 */
final class Intake {

    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    /** What may still come after reading has stopped. */
    private static final int UNDER_WAY = 128 << 10;

    private final Connection connection;
    private @Nullable RequestParser parser;
    /** Whether the parser is between two messages. */
    private boolean parserIdle;

    private @Nullable ByteBuf held;
    /** The request whose body is still coming. */
    private @Nullable Exchange incoming;

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
        return !asked || parser != null || held != null;
    }

    /** Whether nothing of a request has come. */
    boolean untouched() {
        return parser == null && held == null;
    }

    /** Takes what was read; the bytes stay the caller's. */
    void receive(ByteBuf in) {
        if (connection.ending()) {
            discard(in.readableBytes());
            return;
        }
        ByteBuf before = held;
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

    private void discard(int bytes) {
        discarded += bytes;
        if (discarded > connection.loop.limits.drain()) {
            connection.channel().close();
        }
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
        boolean want = connection.ending() || mayTake() || mayHold();
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
                } else if (!parse(in)) {
                    break;
                }
            }
        } finally {
            taking = false;
        }
        RequestParser idle = parser;
        if (idle != null && parserIdle) {
            parser = null;
            connection.loop.giveParser(idle);
        }
    }

    /** Parses one step; false when more input is needed for the next. */
    private boolean parse(ByteBuf in) {
        RequestParser now = parser;
        if (now == null) {
            now = connection.loop.takeParser();
            parser = now;
        }
        List<Object> found = connection.loop.parsed;
        int before = in.readerIndex();
        try {
            now.parse(in, found);
        } catch (Exception e) {
            LOG.log(Level.ERROR, "a request could not be parsed", e);
            connection.channel().close();
            return false;
        }
        boolean progress = !found.isEmpty() || in.readerIndex() != before;
        if (progress) {
            parserIdle = !found.isEmpty() && found.get(found.size() - 1) instanceof LastHttpContent;
        }
        for (int i = 0; i < found.size(); i++) {
            HttpObject part = (HttpObject) found.get(i);
            if (part instanceof HttpRequest head) {
                request(head);
            } else if (part instanceof HttpContent content) {
                try {
                    content(content);
                } finally {
                    content.release();
                }
            }
        }
        found.clear();
        return progress;
    }

    private void request(HttpRequest head) {
        asked = true;
        discarded = 0;
        connection.headIsThere();
        if (head.decoderResult().isFailure()) {
            parser = null;
            connection.refuse(head, Refusal.ofHead(head.decoderResult().cause(), connection.loop.limits));
            return;
        }
        Response refusal = Refusal.of(head);
        if (refusal != null) {
            connection.refuse(head, refusal);
            return;
        }
        RequestTarget target = RequestTarget.of(head.uri());
        if (target == null) {
            connection.refuse(head, Refusal.ofTarget());
            return;
        }
        Exchange exchange = new Exchange(connection, head, target);
        if (!exchange.incoming().ended()) {
            incoming = exchange;
        }
        connection.request(exchange);
    }

    private void content(HttpContent content) {
        Exchange exchange = incoming;
        if (exchange == null) {
            return;
        }
        IncomingBody body = exchange.incoming();
        try {
            if (content.decoderResult().isFailure()) {
                Throwable cause = content.decoderResult().cause();
                parser = null;
                cut(new IOException("the body's chunks are malformed", cause), Refusal.ofBody(cause));
                return;
            }
            if (body.discarding()) {
                discarded += content.content().readableBytes();
                if (discarded > connection.loop.limits.drain()) {
                    connection.endAfterFlush();
                    return;
                }
            }
            body.data(content.content());
            if (content instanceof LastHttpContent) {
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
        discarded = 0;
        parser = null;
        ByteBuf input = held;
        if (input != null && !taking) {
            held = null;
            input.release();
        }
        updateReading();
    }

    /** The peer has gone. */
    void abort() {
        parser = null;
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

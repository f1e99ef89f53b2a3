package dev.pharos.host.netty;

import dev.pharos.http.Handler;
import dev.pharos.http.Response;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: takes its input apart and keeps its answers in order. Used on its loop only.
 *
 * <p>Input is looked at as long as somebody wants it; what cannot be looked at yet is held within a bound, and then
 * reading stops. While nothing is under way a connection holds neither parser nor buffer.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    private static final HttpRequest NO_HEAD = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

    final Loop loop;
    final Outlet out;
    /** Neighbours in the loop's list of all connections. */
    @Nullable
    Connection previous;

    @Nullable
    Connection next;
    /** Where this is among the connections whose deadline is looked at, or -1. */
    int place = -1;

    private final Channel channel;
    private final Handler handler;
    private final boolean seesHangup;
    private @Nullable Slot first;
    private @Nullable Slot newest;
    private @Nullable RequestParser parser;
    private @Nullable ByteBuf held;
    /** The request whose body is still coming. */
    private @Nullable Exchange incoming;
    /** A request for a WebSocket; nothing behind it is looked at before it is answered. */
    private @Nullable Exchange upgrading;

    private @Nullable WebSocketSession session;
    /** Whether that request is not shown to the handler before the answers before it are out. */
    private boolean deferred;

    /** Whether the parser is between two messages. */
    private boolean parserIdle;

    private boolean asked;
    private int unanswered;
    private int streams;
    private int discarded;
    private boolean burst;
    private boolean taking;
    private boolean wakeIsDue;
    private boolean inputShut;
    private boolean closing;
    private boolean ending;
    private boolean discarding;
    private boolean truncated;
    private boolean gone;
    private Deadline deadline = Deadline.NONE;
    private long deadlineAt;
    private long heldThen;

    Connection(Loop loop, Channel channel, Handler handler, boolean direct) {
        this.loop = loop;
        this.channel = channel;
        this.handler = handler;
        this.seesHangup = direct;
        this.out = new Outlet(this, channel, direct);
    }

    Channel channel() {
        return channel;
    }

    boolean inBurst() {
        return burst;
    }

    boolean gone() {
        return gone;
    }

    /** Whether no request is taken after those that are here. */
    boolean closing() {
        return closing;
    }

    boolean inputShut() {
        return inputShut;
    }

    // ---- Netty's events

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.add(this);
        rearm();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        burst = true;
        try {
            receive(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        burst = false;
        out.flush();
        rearm();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputShut = true;
            Exchange cut = incoming;
            boolean cutOff = cut != null && cut.incoming().flows();
            if (session != null || discarding || unanswered == 0 || cutOff) {
                channel.close();
            } else {
                closing = true;
                closeIfNobodyCanAnswer();
                rearm();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone = true;
        loop.remove(this);
        out.release();
        dropInput();
        Exchange cut = incoming;
        incoming = null;
        if (cut != null) {
            guard(() -> cut.incoming().abort(new IOException("the peer has gone")));
        }
        Slot slot = first;
        first = null;
        newest = null;
        for (; slot != null; slot = slot.next) {
            slot.abort();
        }
        WebSocketSession open = session;
        if (open != null) {
            open.broke();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.ERROR, "a connection failed", cause);
        }
        channel.close();
    }

    // ---- input

    private void receive(ByteBuf in) {
        if (discarding) {
            discarded += in.readableBytes();
            if (discarded > loop.limits.drain()) {
                channel.close();
            }
            return;
        }
        ByteBuf before = held;
        if (before == null) {
            take(in);
            if (in.isReadable() && !discarding) {
                held = channel.alloc().heapBuffer(in.readableBytes()).writeBytes(in);
            }
        } else if (!mayTake() && before.readableBytes() >= loop.limits.held()) {
            overflow(in);
        } else {
            before.discardSomeReadBytes().writeBytes(in);
            wake();
        }
        updateReading();
    }

    /** More has come than is held: what hangs on the rest cannot be served any more. */
    private void overflow(ByteBuf in) {
        ByteBuf before = held;
        Exchange request = incoming;
        if (request != null && before != null) {
            request.incoming().overrun();
            if (request.incoming().flows()) {
                before.writeBytes(in);
                wake();
                return;
            }
        }
        truncated = true;
        closing = true;
    }

    /** Somebody wants input, or wants none: looks at what is held, and at the socket. */
    void inputWanted() {
        if (!taking && !gone) {
            if (held != null && !wakeIsDue) {
                wakeIsDue = true;
                loop.execute(() -> {
                    wakeIsDue = false;
                    wake();
                    rearm();
                });
            }
            updateReading();
        }
    }

    private void wake() {
        ByteBuf input = held;
        if (input == null || taking || gone) {
            return;
        }
        take(input);
        if (!input.isReadable() || discarding) {
            held = null;
            input.release();
            if (truncated && incoming != null) {
                channel.close();
            }
        }
        updateReading();
    }

    private boolean mayTake() {
        if (session != null) {
            return session.wantsMore();
        }
        if (discarding || gone) {
            return false;
        }
        Exchange request = incoming;
        if (request != null) {
            return request.incoming().flows();
        }
        return !closing && streams == 0 && upgrading == null && unanswered < loop.limits.pipelined() && !out.blocked();
    }

    private void updateReading() {
        ByteBuf waiting = held;
        boolean want = discarding
                || mayTake()
                || (waiting == null ? 0 : waiting.readableBytes()) < loop.limits.held()
                || (!seesHangup && session == null && incoming == null);
        if (session != null && !session.wantsMore()) {
            want = false;
        }
        if (channel.config().isAutoRead() != want) {
            channel.config().setAutoRead(want);
        }
    }

    private void take(ByteBuf in) {
        taking = true;
        try {
            while (in.isReadable() && mayTake()) {
                WebSocketSession open = session;
                if (open != null) {
                    open.read(in);
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
            loop.giveParser(idle);
        }
    }

    /** Parses one step; false when more input is needed for the next. */
    private boolean parse(ByteBuf in) {
        RequestParser now = parser;
        if (now == null) {
            now = loop.takeParser();
            parser = now;
        }
        List<Object> found = loop.parsed;
        int before = in.readerIndex();
        try {
            now.parse(in, found);
        } catch (Exception e) {
            LOG.log(Level.ERROR, "a request could not be parsed", e);
            channel.close();
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
        deadline = Deadline.NONE;
        if (head.decoderResult().isFailure()) {
            parser = null;
            refuse(head, Refusal.ofHead(head.decoderResult().cause(), loop.limits));
            return;
        }
        Response refusal = Refusal.of(head);
        if (refusal != null) {
            refuse(head, refusal);
            return;
        }
        RequestTarget target = RequestTarget.of(head.uri());
        if (target == null) {
            refuse(head, Refusal.ofTarget());
            return;
        }
        discarded = 0;
        Exchange exchange = new Exchange(this, head, target);
        append(exchange);
        if (!exchange.incoming().ended()) {
            incoming = exchange;
        }
        if (!exchange.keepAlive()) {
            closing = true;
        }
        if (exchange.wantsUpgrade()) {
            upgrading = exchange;
            deferred = first != exchange;
        }
        if (!deferred) {
            handle(exchange);
        }
    }

    private void handle(Exchange exchange) {
        try {
            handler.handle(exchange, exchange);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a handler failed at " + exchange.method() + " " + exchange.path(), e);
            exchange.fail();
        }
    }

    private void refuse(HttpRequest head, Response refusal) {
        closing = true;
        append(new Exchange(this, head, refusal));
        advance();
    }

    private void content(HttpContent content) {
        Exchange exchange = incoming;
        if (exchange == null) {
            return;
        }
        IncomingBody body = exchange.incoming();
        try {
            if (content.decoderResult().isFailure()) {
                broken(exchange, content.decoderResult().cause());
                return;
            }
            if (body.discarding()) {
                discarded += content.content().readableBytes();
                if (discarded > loop.limits.drain()) {
                    endAfterFlush();
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

    private void broken(Exchange exchange, Throwable cause) {
        parser = null;
        cut(exchange, new IOException("the body's chunks are malformed", cause), Refusal.ofBody(cause));
    }

    /** The body does not become complete: tells its reader, and the client if it has no answer yet. */
    private void cut(Exchange exchange, IOException cause, Response answer) {
        incoming = null;
        closing = true;
        exchange.incoming().abort(cause);
        if (!exchange.answered()) {
            exchange.send(answer);
        } else if (first == null) {
            endAfterFlush();
        }
    }

    // ---- answers

    private void append(Slot slot) {
        Slot before = newest;
        if (before == null) {
            first = slot;
        } else {
            before.next = slot;
        }
        newest = slot;
        unanswered++;
    }

    /** Puts the stream in the place of the exchange whose answer it is. */
    void replace(Exchange exchange, StreamedBody stream) {
        stream.next = exchange.next;
        if (first == exchange) {
            first = stream;
        } else {
            for (Slot slot = first; slot != null; slot = slot.next) {
                if (slot.next == exchange) {
                    slot.next = stream;
                    break;
                }
            }
        }
        if (newest == exchange) {
            newest = stream;
        }
        if (upgrading == exchange) {
            upgrading = null;
        }
        streams++;
    }

    boolean atHead(Slot slot) {
        return first == slot;
    }

    /** Writes what can be written now, in order. */
    void advance() {
        if (gone || ending) {
            return;
        }
        Slot slot = first;
        while (slot != null && slot.takeTurn()) {
            unanswered--;
            if (slot instanceof StreamedBody) {
                streams--;
            } else if (slot == upgrading) {
                upgrading = null;
            }
            first = slot.next;
            slot.next = null;
            boolean last = slot.last();
            slot = first;
            if (last) {
                endAfterFlush();
                return;
            }
        }
        if (slot == null) {
            newest = null;
            if (closing) {
                endAfterFlush();
                return;
            }
        } else if (deferred && slot == upgrading) {
            deferred = false;
            Exchange next = upgrading;
            loop.execute(() -> {
                if (!gone) {
                    handle(next);
                }
            });
        }
        inputWanted();
        if (!burst) {
            rearm();
        }
    }

    /** Goes on as a WebSocket, once the handshake's answer is written. */
    void become(WebSocketSession upgraded) {
        first = null;
        newest = null;
        upgrading = null;
        unanswered = 0;
        session = upgraded;
        loop.execute(upgraded::open);
    }

    // ---- output

    /** The peer takes nothing for now. */
    void blocked() {
        heldThen = Long.MAX_VALUE;
        rearm();
    }

    /** The peer has taken all that was flushed. */
    void unblocked() {
        if (gone) {
            return;
        }
        if (ending) {
            flushed();
            return;
        }
        out.flush();
        if (out.blocked()) {
            return;
        }
        if (session != null) {
            session.unblocked();
        } else if (first instanceof StreamedBody stream) {
            stream.tellReady();
        }
        inputWanted();
        rearm();
    }

    /** What was gathered has been handed on. */
    void flushed() {
        if (ending && out.empty()) {
            linger();
        }
    }

    // ---- the end

    private void closeIfNobodyCanAnswer() {
        for (Slot slot = first; slot != null; slot = slot.next) {
            if (slot.watchesPeer()) {
                channel.close();
                return;
            }
        }
    }

    /** A wish to know of the peer's end came after the peer had shut its side. */
    void peerIsWatched() {
        if (inputShut) {
            loop.execute(this::closeIfNobodyCanAnswer);
        }
    }

    /** Closes cleanly once everything written is out. */
    void endAfterFlush() {
        if (!ending) {
            ending = true;
            closing = true;
            out.flush();
            flushed();
        }
    }

    /** Shuts the output and reads on for a while, so that the peer gets the answer rather than a reset. */
    private void linger() {
        if (discarding || gone) {
            return;
        }
        discarding = true;
        discarded = 0;
        dropInput();
        if (inputShut) {
            channel.close();
        } else {
            ((DuplexChannel) channel).shutdownOutput();
            updateReading();
            rearm();
        }
    }

    private void dropInput() {
        ByteBuf input = held;
        if (input != null && !taking) {
            held = null;
            input.release();
        }
        parser = null;
    }

    /** Ends streams and WebSockets cleanly and closes. */
    void shutDown() {
        if (session != null && !session.awaitsClose()) {
            session.close(1001, "the server stops");
        }
        while (first instanceof StreamedBody stream) {
            stream.close();
            if (first == stream) {
                break;
            }
        }
        out.flush();
        channel.close();
    }

    /** Runs what belongs to a protocol; its failure ends this connection only. */
    void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a listener failed", e);
            channel.close();
        }
    }

    // ---- deadlines

    private Deadline due() {
        if (gone) {
            return Deadline.NONE;
        }
        if (out.blocked()) {
            return Deadline.WRITE;
        }
        if (discarding) {
            return Deadline.DRAIN;
        }
        if (session != null) {
            return session.awaitsClose() ? Deadline.CLOSE : Deadline.NONE;
        }
        Exchange exchange = incoming;
        if (exchange != null) {
            IncomingBody body = exchange.incoming();
            return body.discarding() ? Deadline.DRAIN : body.timed() ? Deadline.BODY : Deadline.NONE;
        }
        if (first != null) {
            return inputShut ? Deadline.HALF_CLOSED : Deadline.NONE;
        }
        return asked && parser == null && held == null ? Deadline.IDLE : Deadline.HEAD;
    }

    private long span(Deadline kind) {
        Limits limits = loop.limits;
        return switch (kind) {
            case NONE -> 0;
            case WRITE, HALF_CLOSED -> limits.writeNanos();
            case DRAIN -> limits.drainNanos();
            case CLOSE -> limits.closeNanos();
            case HEAD -> limits.headNanos();
            case IDLE -> limits.idleNanos();
            case BODY -> {
                Exchange exchange = incoming;
                long kilobytes = exchange == null ? 0 : exchange.incoming().length() >> 10;
                yield limits.headNanos() + TimeUnit.SECONDS.toNanos(Math.min(kilobytes, 1_000_000));
            }
        };
    }

    /** Sets the deadline that follows from what is under way; one that is running already goes on. */
    void rearm() {
        Deadline kind = due();
        if (kind != deadline) {
            deadline = kind;
            if (kind == Deadline.NONE) {
                loop.unwatch(this);
            } else {
                deadlineAt = loop.now() + span(kind);
                loop.watch(this);
            }
        }
    }

    /** Acts if the deadline has passed. */
    void checkDeadline(long now) {
        if (deadline == Deadline.NONE) {
            loop.unwatch(this);
            return;
        }
        if (deadline == Deadline.WRITE) {
            long left = out.held();
            if (left < heldThen) {
                heldThen = left;
                deadlineAt = now + loop.limits.writeNanos();
            }
        }
        if (now - deadlineAt < 0) {
            return;
        }
        switch (deadline) {
            case WRITE -> {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.close();
            }
            case HEAD -> {
                if (parser == null && held == null) {
                    channel.close();
                } else {
                    refuse(
                            NO_HEAD,
                            Response.text(
                                    408,
                                    "the head of the request did not come within "
                                            + TimeUnit.NANOSECONDS.toMillis(loop.limits.headNanos()) + " ms"));
                }
            }
            case BODY -> {
                Exchange exchange = incoming;
                if (exchange != null) {
                    String sentence =
                            "the body did not come within " + TimeUnit.NANOSECONDS.toMillis(span(deadline)) + " ms";
                    cut(exchange, new IOException(sentence), Response.text(408, sentence));
                }
            }
            default -> channel.close();
        }
        rearm();
    }
}

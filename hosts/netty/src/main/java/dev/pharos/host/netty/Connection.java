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
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: what comes in, what goes out, and how it ends. Used on its loop only.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    final Loop loop;
    final Outlet out;
    final Intake in;
    final Answers answers;
    /** Neighbours in the loop's list of all connections. */
    @Nullable
    Connection previous;

    @Nullable
    Connection next;

    /** What must get done in time; these five belong to {@link Deadlines}. */
    Deadline deadline = Deadline.NONE;

    long deadlineAt;
    /** When it must be done although it goes on. */
    long endAt;
    /** What was left to be written, or to be thrown away, when it last became less, in bytes. */
    long leftThen;
    /** Where this is among the connections with a deadline, or -1. */
    int place = -1;

    private final Channel channel;
    private final Handler handler;
    private final boolean seesHangup;
    private @Nullable WebSocketSession session;
    private boolean burst;
    private boolean inputShut;
    private boolean closing;
    private boolean ending;
    private boolean lingering;
    private boolean gone;

    Connection(Loop loop, Channel channel, Handler handler, Transport transport) {
        this.loop = loop;
        this.channel = channel;
        this.handler = handler;
        this.seesHangup = transport.seesHangup();
        this.out = new Outlet(this, channel, transport);
        this.in = new Intake(this);
        this.answers = new Answers(this);
    }

    Channel channel() {
        return channel;
    }

    /** What this has become after an upgrade, or null. */
    @Nullable
    WebSocketSession session() {
        return session;
    }

    /** Whether input is being dealt with, after which everything written is flushed. */
    boolean inBurst() {
        return burst;
    }

    /** Whether a peer that disappears is seen although nothing is read. */
    boolean seesHangup() {
        return seesHangup;
    }

    /** Whether the peer has shut its side. */
    boolean inputShut() {
        return inputShut;
    }

    /** Whether no request is taken after those that are here. */
    boolean closing() {
        return closing;
    }

    /** Whether nothing is to be done but to get out what was written. */
    boolean ending() {
        return ending;
    }

    /** Whether all is written, and the peer's end is waited for. */
    boolean lingering() {
        return lingering;
    }

    /** Whether the connection has ended. */
    boolean gone() {
        return gone;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.add(this);
        rearm();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        burst = true;
        try {
            if (!gone) {
                in.receive(bytes);
            }
        } finally {
            bytes.release();
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
            peerShutInput();
        }
    }

    private void peerShutInput() {
        Exchange cut = in.incoming();
        if (ending) {
            if (lingering) {
                channel.close();
            }
        } else if (session != null || (cut != null && cut.incoming().flows()) || answers.watchPeer()) {
            channel.close();
        } else if (answers.none()) {
            endAfterFlush();
        } else {
            closing = true;
            rearm();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone = true;
        loop.remove(this);
        out.release();
        in.abort();
        answers.abort();
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

    /** Takes a request that is well-formed. */
    void request(Exchange exchange) {
        answers.append(exchange);
        if (!exchange.keepAlive()) {
            closing = true;
        }
        if (answers.mayHandle(exchange)) {
            handle(exchange);
        }
    }

    /** Hands a request to the handler. */
    void handle(Exchange exchange) {
        if (gone) {
            return;
        }
        try {
            handler.handle(exchange, exchange);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a handler failed at " + exchange.method() + " " + exchange.path(), e);
            exchange.fail();
        }
    }

    /** Answers a request that no handler sees, and takes no other. */
    void refuse(RequestHead head, Response refusal) {
        closing = true;
        answers.append(new Exchange(this, head, refusal));
        advance();
    }

    /** Writes what can be written now, in order. */
    void advance() {
        if (gone || ending) {
            return;
        }
        if (answers.advance() || (closing && answers.none())) {
            endAfterFlush();
            return;
        }
        in.wanted();
        if (!burst) {
            rearm();
        }
    }

    /** Goes on as a WebSocket, once the handshake's answer is written. */
    void become(WebSocketSession upgraded) {
        answers.clear();
        session = upgraded;
        loop.execute(upgraded::open);
    }

    /** The peer takes nothing for now. */
    void blocked() {
        leftThen = Long.MAX_VALUE;
        rearm();
    }

    /** The peer has taken all that was flushed; {@code lagged} when it had to be waited for. */
    void unblocked(boolean lagged) {
        if (gone) {
            return;
        }
        out.flush();
        if (ending) {
            flushed();
        } else if (lagged && !out.congested()) {
            StreamedBody stream = answers.live();
            if (session != null) {
                session.unblocked();
            } else if (stream != null) {
                stream.tellReady();
            }
            in.wanted();
        }
        rearm();
    }

    /** What was gathered has been handed on. */
    void flushed() {
        if (ending && !lingering && !gone && out.empty()) {
            linger();
        }
    }

    /** Takes no other request. */
    void closeSoon() {
        closing = true;
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
        lingering = true;
        in.drop();
        if (inputShut) {
            channel.close();
        } else {
            ((DuplexChannel) channel).shutdownOutput();
            rearm();
        }
    }

    /** A wish to know of the peer's end has come; it may have been late. */
    void peerIsWatched() {
        if (inputShut) {
            loop.execute(this::peerShutInput);
        }
    }

    /** Ends streams and WebSockets cleanly, and closes. */
    void shutDown() {
        WebSocketSession open = session;
        if (open != null && !open.awaitsClose()) {
            open.close(1001, "the server stops");
        }
        answers.closeStreams();
        out.flush();
        channel.close();
    }

    /** Closes without waiting for what the peer has not taken. */
    void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
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

    /** The head of a request has become complete. */
    void headIsThere() {
        deadline = Deadline.NONE;
    }

    /** Sets the deadline that follows from what is under way. */
    void rearm() {
        loop.deadlines.rearm(this);
    }
}

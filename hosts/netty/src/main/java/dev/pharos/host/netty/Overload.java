package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Turns connections away that are above the limit, unless they ask whether this host is alive.
 *
 * <p>A connection that is closed while something comes in is reset, and the peer may lose the answer. So what comes is read
 * and thrown away until the peer has closed, for a moment, and for some: the others are answered and closed at once. Thread-safe.
 */
final class Overload {

    private static final int MOST_LINGERING = 64;
    private static final int LINGER_MILLIS = 500;
    /** How long the first line of a request is waited for. */
    private static final int LINE_MILLIS = LINGER_MILLIS / 2;

    private final ByteBuf refusal;
    private final ByteBuf alive = answer("200 OK\r\nCache-Control: no-store", "live");
    /** How a request begins that asks whether this host is alive. */
    private final @Nullable String probe;

    private final AtomicInteger lingering = new AtomicInteger();

    /** With an {@code alivePath}, a GET of it is answered 200. */
    Overload(int limit, @Nullable String alivePath) {
        String sentence = "the server has its limit of " + limit + " connections\n";
        refusal = answer("503 Service Unavailable\r\nRetry-After: 5", sentence);
        probe = alivePath == null ? null : "GET " + alivePath + " ";
    }

    private static ByteBuf answer(String head, String text) {
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(
                "HTTP/1.1 " + head
                        + "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.length() + "\r\n\r\n" + text,
                StandardCharsets.US_ASCII));
    }

    /** What answers one connection. */
    ChannelInboundHandlerAdapter handler() {
        return new Caller();
    }

    private boolean mayLinger() {
        return lingering.getAndUpdate(count -> Math.min(count + 1, MOST_LINGERING)) < MOST_LINGERING;
    }

    private final class Caller extends ChannelInboundHandlerAdapter {

        private final StringBuilder line = new StringBuilder(0);
        private boolean answered;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (!(ctx.channel() instanceof DuplexChannel channel) || !mayLinger()) {
                ctx.writeAndFlush(refusal.duplicate()).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            var late = ctx.executor().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> {
                late.cancel(false);
                lingering.decrementAndGet();
            });
            if (probe == null) {
                answer(ctx, refusal);
            } else {
                var silent = ctx.executor().schedule(() -> answer(ctx, refusal), LINE_MILLIS, TimeUnit.MILLISECONDS);
                channel.closeFuture().addListener(closed -> silent.cancel(false));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                String wanted = probe;
                if (!answered && wanted != null && message instanceof ByteBuf bytes) {
                    int more = Math.min(bytes.readableBytes(), wanted.length() - line.length());
                    line.append(bytes.readCharSequence(more, StandardCharsets.ISO_8859_1));
                    if (wanted.contentEquals(line)) {
                        answer(ctx, alive);
                    } else if (!wanted.startsWith(line.toString())) {
                        answer(ctx, refusal);
                    }
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void answer(ChannelHandlerContext ctx, ByteBuf answer) {
            if (!answered) {
                answered = true;
                ctx.writeAndFlush(answer.duplicate())
                        .addListener(done -> ((DuplexChannel) ctx.channel()).shutdownOutput());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.close();
            }
        }
    }
}

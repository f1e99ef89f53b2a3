package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns connections away that are above the limit.
 *
 * <p>A connection that is closed while something comes in is reset, and the peer may lose the answer. So what comes is read
 * and thrown away until the peer has closed, for a moment, and for some: the others are closed at once. Thread-safe.
 */
@Sharable
final class Overload extends ChannelInboundHandlerAdapter {

    private static final int MOST_LINGERING = 64;
    private static final int LINGER_MILLIS = 500;

    private final ByteBuf answer;
    private final AtomicInteger lingering = new AtomicInteger();

    Overload(int limit) {
        String sentence = "the server has its limit of " + limit + " connections\n";
        answer = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(
                "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + sentence.length()
                        + "\r\n\r\n" + sentence,
                StandardCharsets.US_ASCII));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        var written = ctx.writeAndFlush(answer.duplicate());
        if (!(ctx.channel() instanceof DuplexChannel channel) || !mayLinger()) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        written.addListener(done -> channel.shutdownOutput());
        var late = ctx.executor().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            late.cancel(false);
            lingering.decrementAndGet();
        });
    }

    private boolean mayLinger() {
        return lingering.getAndUpdate(count -> Math.min(count + 1, MOST_LINGERING)) < MOST_LINGERING;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ctx.close();
        }
    }
}

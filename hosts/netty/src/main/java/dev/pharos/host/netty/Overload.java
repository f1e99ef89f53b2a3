package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * Turns connections away that are above the limit.
 */
@Sharable
final class Overload extends ChannelInboundHandlerAdapter {

    private final ByteBuf answer;

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
        ctx.writeAndFlush(answer.duplicate()).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }
}

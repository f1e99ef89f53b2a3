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
import java.util.List;
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

    private static final String LIVE = "live";

    private final ByteBuf refusal;
    /** The requests that ask whether this host is alive. */
    private final List<Probe> probes;

    private final int longest;
    private final AtomicInteger lingering = new AtomicInteger();

    /** A request that begins so, and what answers it. */
    private record Probe(String begins, ByteBuf answer) {}

    /** With an {@code alivePath}, a GET and a HEAD of it are answered 200. */
    Overload(int limit, @Nullable String alivePath) {
        String sentence = "the server has its limit of " + limit + " connections";
        refusal = answer("503 Service Unavailable\r\nRetry-After: 5", sentence, true);
        String alive = "200 OK\r\nCache-Control: no-store";
        probes = alivePath == null
                ? List.of()
                : List.of(
                        new Probe("GET " + alivePath + " ", answer(alive, LIVE, true)),
                        new Probe("HEAD " + alivePath + " ", answer(alive, LIVE, false)));
        longest = probes.stream().mapToInt(each -> each.begins.length()).max().orElse(0);
    }

    private static ByteBuf answer(String head, String sentence, boolean withBody) {
        String text = sentence + '\n';
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(
                "HTTP/1.1 " + head
                        + "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.length() + "\r\n\r\n" + (withBody ? text : ""),
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
                answered = true;
                ctx.writeAndFlush(refusal.duplicate()).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            var late = ctx.executor().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> {
                late.cancel(false);
                lingering.decrementAndGet();
            });
            if (probes.isEmpty()) {
                answer(ctx, refusal);
            } else {
                var silent = ctx.executor().schedule(() -> answer(ctx, refusal), LINE_MILLIS, TimeUnit.MILLISECONDS);
                channel.closeFuture().addListener(closed -> silent.cancel(false));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (!answered && message instanceof ByteBuf bytes) {
                    int more = Math.min(bytes.readableBytes(), longest - line.length());
                    line.append(bytes.readCharSequence(more, StandardCharsets.ISO_8859_1));
                    judge(ctx, line.toString());
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        /** Answers as soon as it is clear what is asked. */
        private void judge(ChannelHandlerContext ctx, String begun) {
            boolean unclear = false;
            for (Probe probe : probes) {
                if (begun.startsWith(probe.begins)) {
                    answer(ctx, probe.answer);
                    return;
                }
                unclear |= probe.begins.startsWith(begun);
            }
            if (!unclear) {
                answer(ctx, refusal);
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

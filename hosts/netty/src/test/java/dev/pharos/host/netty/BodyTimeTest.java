package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Body;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.UploadMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The time that the body of a request may take, on a connection without a socket whose time is moved by hand. */
class BodyTimeTest {

    private static final Duration HEAD = Duration.ofSeconds(10);
    private static final String POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";

    private final List<String> seen = new ArrayList<>();
    private final Network network = new Network();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private @Nullable Body body;
    private @Nullable ResponseStream stream;

    BodyTimeTest() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        network.takeAll();
        channel.finishAndReleaseAll();
    }

    private void serve(Handler handler) {
        Limits limits = Limits.builder()
                .headNanos(HEAD.toNanos())
                .writeNanos(Duration.ofSeconds(30).toNanos())
                .build();
        Loop loop =
                new Loop(channel.eventLoop(), limits, UploadMemory.ofHeap(), 1 << 20, InstantSource.system(), false);
        channel.pipeline().addLast(network, new Connection(loop, channel, handler, Transport.NIO));
        channel.pipeline().fireChannelActive();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runPendingTasks();
        }
    }

    private final Body.Reader reader = new Body.Reader() {
        @Override
        public void onData(ByteBuffer bytes) {
            seen.add("data");
        }

        @Override
        public void onEnd() {
            seen.add("end");
        }

        @Override
        public void onAbort(IOException cause) {
            seen.add("abort");
        }
    };

    /** Answers and reads on, so that the peer can be slow in both directions. */
    private void serveStream() {
        serve((request, reply) -> {
            body = request.body();
            request.body().read(reader);
            stream = reply.stream(200, Headers.NONE, new ResponseStream.Listener() {
                @Override
                public void onReady() {}

                @Override
                public void onClose() {}
            });
        });
    }

    @Test
    void aPeerThatNowAndThenTakesNothingGetsNoMoreTimeForItsBody() {
        serveStream();
        send(POST);
        ResponseStream open = Objects.requireNonNull(stream);
        for (int i = 0; i < 4; i++) {
            pass(1);
            assertThat(seen).as("after %s s", 2 * i + 1).containsExactly("data");
            network.stalls = true;
            open.write(Encoded.of("x"));
            channel.runPendingTasks();
            pass(1);
            network.takeAll();
            channel.runPendingTasks();
        }
        pass(3);
        assertThat(seen).containsExactly("data", "abort");
    }

    @Test
    void aPeerThatTakesNothingHasNoMoreTimeForItsBodyEither() {
        serveStream();
        network.stalls = true;
        send(POST);
        pass(9);
        assertThat(seen).containsExactly("data");
        pass(2);
        assertThat(seen).containsExactly("data", "abort");
    }

    @Test
    void theTimeThatItsReaderPausesDoesNotCount() {
        serveStream();
        send(POST);
        Body slow = Objects.requireNonNull(body);
        for (int i = 0; i < 4; i++) {
            pass(2);
            slow.pause();
            channel.runPendingTasks();
            pass(60);
            assertThat(seen).containsExactly("data");
            slow.resume();
            channel.runPendingTasks();
        }
        pass(3);
        assertThat(seen).containsExactly("data", "abort");
    }

    /** A network that takes what is written, or lets it wait. */
    private static final class Network extends ChannelOutboundHandlerAdapter {

        private record Write(ByteBuf bytes, ChannelPromise promise) {}

        private final ArrayDeque<Write> waiting = new ArrayDeque<>();
        private boolean stalls;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            waiting.add(new Write((ByteBuf) message, promise));
            if (!stalls) {
                takeAll();
            }
        }

        void takeAll() {
            stalls = false;
            for (Write next = waiting.poll(); next != null; next = waiting.poll()) {
                next.bytes.release();
                next.promise.trySuccess();
            }
        }
    }
}

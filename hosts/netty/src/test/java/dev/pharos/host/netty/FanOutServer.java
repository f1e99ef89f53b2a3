package dev.pharos.host.netty;

import dev.pharos.http.Body;
import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The least that fans out, to compare the host with what the machine can do: a GET subscribes, the body of a POST goes
 * to every subscriber, coalesced per turn of the loop. One loop.
 *
 * <p>Arguments: the port, and a transport's name.
 */
final class FanOutServer implements Handler {

    private static final Headers EVENT_STREAM =
            Headers.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");
    private static final Encoded HELLO = Encoded.of(":\n\n");
    private static final byte[] BEFORE = "id: 0123456789abcdef\ndata: ".getBytes(StandardCharsets.US_ASCII);

    private final List<ResponseStream> streams = new ArrayList<>();
    private final List<Encoded> waiting = new ArrayList<>();

    private FanOutServer() {}

    /** Serves until it is killed. */
    public static void main(String[] args) {
        NettyHost host = NettyHost.builder(new FanOutServer())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .transport(args.length > 1 ? Transport.valueOf(args[1]) : Transport.best())
                .loops(1)
                .start();
        System.out.println("listening on " + host.port());
    }

    @Override
    public void handle(Request request, Reply reply) {
        if (request.method().equals("GET")) {
            Subscriber subscriber = new Subscriber();
            ResponseStream stream = reply.stream(200, EVENT_STREAM, subscriber);
            subscriber.stream = stream;
            stream.write(HELLO);
            streams.add(stream);
        } else {
            request.body().read(new Publication((int) request.body().length(), request.loop(), reply));
        }
    }

    private void fanOut() {
        Encoded run = Encoded.join(waiting);
        waiting.clear();
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).write(run);
        }
    }

    private final class Subscriber implements ResponseStream.Listener {
        @Nullable
        ResponseStream stream;

        @Override
        public void onReady() {}

        @Override
        public void onClose() {
            streams.remove(stream);
        }
    }

    private final class Publication implements Body.Reader {
        private final ByteBuffer event;
        private final EventLoop loop;
        private final Reply reply;

        Publication(int length, EventLoop loop, Reply reply) {
            event = ByteBuffer.allocate(BEFORE.length + length + 2);
            event.put(BEFORE);
            this.loop = loop;
            this.reply = reply;
        }

        @Override
        public void onData(ByteBuffer bytes) {
            event.put(bytes);
        }

        @Override
        public void onEnd() {
            event.put((byte) '\n').put((byte) '\n');
            if (waiting.isEmpty()) {
                loop.execute(FanOutServer.this::fanOut);
            }
            waiting.add(Encoded.of(event.array()));
            reply.send(Response.empty(200, Headers.NONE));
        }

        @Override
        public void onAbort(IOException cause) {}
    }
}

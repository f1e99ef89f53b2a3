package dev.pharos.server;

import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.Routes;
import dev.pharos.http.WebSocket;
import dev.pharos.session.Sessions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The echo application: an ordinary example of the seam, for protocol suites to test. */
public final class EchoServer implements Server {

    private static final int MESSAGE = 16 << 20;
    private static final int FRAGMENTS = 65_536;

    /** A sender that learns late that its message is over ends it with one more frame, which is empty. */
    private static final WebSocket.Options ANY_MESSAGE =
            new WebSocket.Options("", MESSAGE, FRAGMENTS + 1, Headers.NONE);

    private final Sessions sessions = Sessions.builder().build();
    private final SocketIoEcho engines = new SocketIoEcho(sessions);
    private final NettyHost host;
    private final InetSocketAddress address;

    private EchoServer(EchoOptions options) throws IOException {
        Routes.Builder routes = Routes.builder()
                .at("/echo/websocket", EchoServer::webSocket)
                .at("/engine.io/", engines.engine())
                .at("/socket.io/", engines.server());
        host = HubServer.listening(NettyHost.builder(
                        SockJsEcho.add(routes, sessions).build())
                // On one loop, what a client does on several connections is seen in the order in which it was done.
                .loops(1)
                .address(options.listen()));
        address = new InetSocketAddress(options.listen().getAddress(), host.port());
    }

    /** Starts the application; it takes connections when this returns. */
    public static EchoServer start(EchoOptions options) throws IOException {
        return new EchoServer(options);
    }

    private static void webSocket(Request request, Reply reply) {
        if (reply.upgradeSupport() == UpgradeSupport.READY) {
            reply.upgrade(ANY_MESSAGE, new Echo());
        } else {
            reply.send(Response.text(426, "this is a WebSocket").with("Upgrade", "websocket"));
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        sessions.drain();
        host.close();
    }

    /** Sends back what comes; while the peer does not take it, no more is read. */
    private static final class Echo implements WebSocket.Listener {
        private @Nullable WebSocket socket;

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
        }

        @Override
        public void onText(String message) {
            if (socket != null) {
                socket.text(Encoded.of(message));
                holdIfBusy(socket);
            }
        }

        @Override
        public void onBinary(ByteBuffer message) {
            if (socket != null) {
                byte[] copy = new byte[message.remaining()];
                message.get(copy);
                socket.binary(copy);
                holdIfBusy(socket);
            }
        }

        private static void holdIfBusy(WebSocket socket) {
            if (!socket.ready()) {
                socket.pause();
            }
        }

        @Override
        public void onReady() {
            if (socket != null) {
                socket.resume();
            }
        }

        @Override
        public void onClose(int code, String reason) {}
    }
}

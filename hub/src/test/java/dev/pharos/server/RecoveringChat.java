package dev.pharos.server;

import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.log.MemoryLog;
import dev.pharos.protocol.socketio.Recovery;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.protocol.socketio.SocketIoOptions;
import dev.pharos.session.Sessions;
import java.time.InstantSource;

/** A chat on the library API whose clients recover, in a process of its own for clients written in JavaScript. */
final class RecoveringChat {

    private static final int KEPT_BYTES = 16 << 20;

    private RecoveringChat() {}

    /** Starts it on a free port and says where. */
    public static void main(String[] args) {
        Hub hub = Hub.over(new MemoryLog("chat", MemoryLog.Retention.ofBytes(KEPT_BYTES), InstantSource.system()))
                .build();
        SocketIo chat = new SocketIo(Sessions.builder().build(), SocketIoOptions.DEFAULT, new Recovery(hub));
        chat.namespace("/").on("message", event -> {
            event.socket().namespace().emit("message", event.arguments().get(0));
            event.acknowledge();
        });
        chat.namespace("/")
                .on(
                        "question",
                        event -> event.socket()
                                .request(10_000, "question", 6, 7)
                                .thenAccept(answer -> event.acknowledge(answer.get(0))));
        NettyHost host = NettyHost.builder(
                        Routes.builder().at("/socket.io/", chat).build())
                .start();
        System.out.println("chat http://127.0.0.1:" + host.port());
    }
}

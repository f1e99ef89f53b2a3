package dev.pharos.server;

import dev.pharos.auth.Caps;
import dev.pharos.host.jdk.JdkHost;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.log.MemoryLog;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.session.Sessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The hub's protocols on the JDK's own server, which has no WebSocket, in a process of its own for clients written in JavaScript. */
final class JdkHub {

    private static final int KEPT_BYTES = 16 << 20;
    private static final int MOST_SESSIONS = 1_000;

    private JdkHub() {}

    /** Starts it on a free port and says where. */
    public static void main(String[] args) {
        Hub hub = Hub.over(MemoryLog.ofBytes(KEPT_BYTES)).build();
        Sessions sessions = EventsProtocol.sessions(hub, MOST_SESSIONS);
        EventsProtocol events = EventsProtocol.builder(hub).sessions(sessions).build();
        SocketIo socketIo = HubSocketIo.over(hub, events, Caps.NONE, sessions, List.of(), Duration.ofMinutes(2));
        Routes.Builder paths = Routes.builder().at("/socket.io/", socketIo);
        new SockJsMount(hub, events, sessions, List.of()).add(paths);
        JdkHost host = JdkHost.builder(events.mount(paths, "/events").build())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
        System.out.println("hub http://127.0.0.1:" + host.port());
    }
}

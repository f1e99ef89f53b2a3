package dev.pharos.testkit;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.WebSocket;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What checks of WebSockets share. */
abstract class WebSocketChecks extends HostChecks {

    private final BlockingQueue<SocketProbe> sockets = new LinkedBlockingQueue<>();

    WebSocketChecks(HostContract contract) {
        super(contract);
    }

    /** Starts the host with a handler that upgrades every request. */
    void serveSockets(WebSocket.Options options, boolean echoes) {
        serve((request, reply) -> {
            if (request.path().equals("/alive")) {
                reply.send(hello(request));
            } else {
                sockets.add(SocketProbe.open(request, reply, faults, options, echoes));
            }
        });
    }

    /** Starts the host with a handler that upgrades every request and echoes messages. */
    void serveEcho() {
        serveSockets(UpgradeContract.OPTIONS, true);
    }

    /** The socket that was opened next. */
    SocketProbe nextSocket() throws InterruptedException {
        return requireNonNull(sockets.poll(30, TimeUnit.SECONDS), "no socket was opened in time");
    }

    /** A new client. */
    RawWebSocket open(String... lines) throws IOException {
        return RawWebSocket.open(connect(), "/", lines);
    }
}

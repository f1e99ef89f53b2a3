package dev.pharos.server;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.hub.Hub;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.protocol.socketio.SocketIoOptions;
import dev.pharos.protocol.socketio.engine.EngineCounts;
import dev.pharos.protocol.socketio.engine.EngineOptions;
import dev.pharos.session.Handshake;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** Socket.IO over the hub's gateway: each socket of the main namespace speaks {@code pharos.v1} by events. */
final class HubSocketIo {

    /** What a command has beside its event. */
    private static final int COMMAND_BYTES = 16 << 10;

    private HubSocketIo() {}

    static SocketIo over(Hub hub, EventsProtocol events, Sessions sessions, List<String> origins) {
        EngineOptions engine = EngineOptions.DEFAULT
                .withMaxPayload(hub.limits().eventBytes() + COMMAND_BYTES)
                .withOrigins(AllowedOrigins.of(origins));
        SocketIo server = new SocketIo(sessions, SocketIoOptions.DEFAULT.withEngine(engine));
        Function<Handshake, SessionListener> gateways = events.gateway(SocketIoFormat::new);
        server.namespace("/").onConnect(socket -> SocketIoGateway.open(socket, gateways));
        return server;
    }

    /** Its sessions by the name of the transport. */
    static Map<String, IntSupplier> counts(SocketIo server) {
        EngineCounts counts = server.counts();
        return Map.of("socketio-websocket", counts::webSockets, "socketio-polling", counts::polling);
    }
}

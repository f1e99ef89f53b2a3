package dev.pharos.server;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.hub.Hub;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.socketio.ApplicationRecovery;
import dev.pharos.protocol.socketio.Socket;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.protocol.socketio.SocketIoOptions;
import dev.pharos.protocol.socketio.engine.EngineCounts;
import dev.pharos.protocol.socketio.engine.EngineOptions;
import dev.pharos.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Socket.IO over the hub's gateway: each socket of the main namespace speaks {@code pharos.v1} by events. */
final class HubSocketIo {

    /** What a command has beside its event. */
    private static final int COMMAND_BYTES = 16 << 10;

    private static final int MOST_BROKEN = 10_000;

    private final Hub hub;
    private final EventsProtocol events;
    private final boolean isRecovering;

    private HubSocketIo(Hub hub, EventsProtocol events, boolean isRecovering) {
        this.hub = hub;
        this.events = events;
        this.isRecovering = isRecovering;
    }

    /**
     * The server.
     *
     * @param caps those of the hub's clients
     * @param recovery how long a connection that broke can be recovered; zero for not at all
     */
    static SocketIo over(
            Hub hub, EventsProtocol events, Caps caps, Sessions sessions, List<String> origins, Duration recovery) {
        EngineOptions engine = EngineOptions.DEFAULT
                .withMaxPayload(hub.limits().eventBytes() + COMMAND_BYTES)
                .withOrigins(AllowedOrigins.of(origins));
        HubSocketIo sockets = new HubSocketIo(hub, events, !recovery.isZero());
        SocketIo server = new SocketIo(
                sessions,
                SocketIoOptions.DEFAULT.withEngine(engine),
                recovery.isZero() ? null : new ApplicationRecovery(sockets::restore, recovery.toMillis(), MOST_BROKEN));
        server.caps(caps).namespace("/").admit(new SocketIoDoor(events)).onConnect(sockets::connected);
        return server;
    }

    private void connected(Socket socket) {
        if (socket.attachment() instanceof SocketIoGateway restored) {
            restored.connected();
        } else {
            Object offset = socket.auth().get("offset");
            Trail trail = isRecovering ? new Trail(offset instanceof String text ? text : null) : null;
            gateway(socket, trail).open();
        }
    }

    private SocketIoGateway gateway(Socket socket, @Nullable Trail trail) {
        Caller caller = (Caller) Objects.requireNonNull(socket.admitted());
        return new SocketIoGateway(
                socket,
                events.gateway(socket.handshake(), caller, name -> new SocketIoFormat(name, isRecovering)),
                trail);
    }

    /** Goes on with the subscriptions of a connection that broke, behind what its client got last. */
    private CompletionStage<Boolean> restore(Socket socket, @Nullable String offset) {
        List<Trail.Place> places = socket.attachment() instanceof Trail broken ? broken.behind(offset) : null;
        if (places == null) {
            return CompletableFuture.completedStage(false);
        }
        SocketIoGateway gateway = gateway(socket, new Trail(offset));
        CompletionStage<Boolean> whole = gateway.reopen(places, hub::cursor);
        socket.attach(gateway);
        return whole;
    }

    /** Its sessions by the name of the transport. */
    static Map<String, IntSupplier> counts(SocketIo server) {
        EngineCounts counts = server.counts();
        return Map.of("socketio-websocket", counts::webSockets, "socketio-polling", counts::polling);
    }
}

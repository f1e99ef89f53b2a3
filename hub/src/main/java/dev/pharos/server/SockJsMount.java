package dev.pharos.server;

import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.sockjs.SockJsCounts;
import dev.pharos.protocol.sockjs.SockJsMessages;
import dev.pharos.protocol.sockjs.SockJsOptions;
import dev.pharos.protocol.sockjs.SockJsProtocol;
import dev.pharos.session.Sessions;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** {@code /sockjs}: the gateway to a hub for clients of SockJS, whose messages are those of a WebSocket at {@code /events}. */
final class SockJsMount {

    private static final String PATH = "/sockjs";
    private static final int BYTES_AROUND_AN_EVENT = 16 << 10;

    private final SockJsProtocol protocol;

    SockJsMount(Hub hub, EventsProtocol events, Sessions sessions, List<String> cors) {
        protocol = SockJsProtocol.at(
                PATH,
                sessions,
                SockJsOptions.DEFAULT
                        .withAllowedOrigins(cors)
                        .withMessageBytes(hub.limits().eventBytes() + BYTES_AROUND_AN_EVENT)
                        .withClientUrl(Pages.SOCKJS_CLIENT),
                events.gatewayIn(SockJsMessages::write),
                events.gateway());
    }

    void add(Routes.Builder routes) {
        routes.at(PATH, protocol).at(PATH + "/*", protocol);
    }

    /** How many sessions there are, by transport. */
    Map<String, IntSupplier> counts() {
        SockJsCounts counts = protocol.counts();
        return Map.of(
                "sockjs-websocket", counts::sockets,
                "sockjs-streaming", counts::streams,
                "sockjs-polling", counts::polls);
    }
}

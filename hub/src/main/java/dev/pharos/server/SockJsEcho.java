package dev.pharos.server;

import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Routes;
import dev.pharos.protocol.sockjs.SockJsOptions;
import dev.pharos.protocol.sockjs.SockJsProtocol;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The echo application's SockJS services, which are those that the protocol's own suite wants. */
final class SockJsEcho {

    private static final int RESPONSE_LIMIT = 4096;
    private static final SockJsOptions OPTIONS =
            SockJsOptions.DEFAULT.withAllowedOrigins(List.of("*")).withResponseLimit(RESPONSE_LIMIT);

    private SockJsEcho() {}

    static Routes.Builder add(Routes.Builder routes, Sessions sessions) {
        service(routes, "/echo", SockJsProtocol.at("/echo", sessions, OPTIONS, handshake -> new Echo()));
        service(
                routes,
                "/disabled_websocket_echo",
                SockJsProtocol.at(
                        "/disabled_websocket_echo", sessions, OPTIONS.withWebSocket(false), handshake -> new Echo()));
        service(
                routes,
                "/cookie_needed_echo",
                SockJsProtocol.at("/cookie_needed_echo", sessions, OPTIONS.withCookie(true), handshake -> new Echo()));
        service(routes, "/close", SockJsProtocol.at("/close", sessions, OPTIONS, handshake -> new Farewell()));
        return routes;
    }

    private static void service(Routes.Builder routes, String path, Handler handler) {
        routes.at(path, handler).at(path + "/*", handler);
    }

    /** Sends back what comes; while the peer does not take it, no more is read. */
    private static final class Echo implements SessionListener {

        private static final int MOST_WAITING = 64 << 10;

        private @Nullable Session session;

        @Override
        public void onOpen(Session opened) {
            session = opened;
        }

        @Override
        public void onMessage(String message) {
            if (session != null) {
                session.send(Encoded.of(message));
                if (session.buffered() > MOST_WAITING) {
                    session.pause();
                }
            }
        }

        @Override
        public void onBinary(ByteBuffer message) {
            if (session != null) {
                byte[] copy = new byte[message.remaining()];
                message.get(copy);
                session.send(copy);
            }
        }

        @Override
        public void onReady() {
            if (session != null) {
                session.resume();
            }
        }

        @Override
        public void onClose(CloseReason reason) {}
    }

    /** Ends each session at once. */
    private static final class Farewell implements SessionListener {

        @Override
        public void onOpen(Session session) {
            session.close(3000, "Go away!");
        }

        @Override
        public void onMessage(String message) {}

        @Override
        public void onBinary(ByteBuffer message) {}

        @Override
        public void onClose(CloseReason reason) {}
    }
}

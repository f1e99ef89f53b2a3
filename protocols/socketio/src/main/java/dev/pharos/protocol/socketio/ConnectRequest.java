package dev.pharos.protocol.socketio;

import dev.pharos.session.Handshake;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish to connect to a namespace.
 *
 * @param namespace the name, beginning with {@code /}
 * @param handshake what the request that opened the session said
 * @param auth what the client sent for this; empty when nothing
 */
public record ConnectRequest(String namespace, Handshake handshake, Map<String, ? extends @Nullable Object> auth) {

    /** Names the namespace and the peer; what may be secret is not shown. */
    @Override
    public String toString() {
        return namespace + " for " + handshake;
    }
}

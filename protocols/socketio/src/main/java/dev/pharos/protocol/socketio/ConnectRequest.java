package dev.pharos.protocol.socketio;

import dev.pharos.auth.Caps;
import dev.pharos.http.EventLoop;
import dev.pharos.session.Handshake;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish to connect to a namespace.
 *
 * @param namespace the name, beginning with {@code /}
 * @param handshake what the request that opened the session said
 * @param auth what the client sent for this; empty when nothing
 * @param loop that of the session
 * @param lease the place of the session under the caps, which ends with it; null when there are none
 */
public record ConnectRequest(
        String namespace,
        Handshake handshake,
        Map<String, ? extends @Nullable Object> auth,
        EventLoop loop,
        Caps.@Nullable Lease lease) {

    /** Names the namespace and the peer; what may be secret is not shown. */
    @Override
    public String toString() {
        return namespace + " for " + handshake;
    }
}

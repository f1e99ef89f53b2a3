package dev.pharos.protocol.socketio;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a socket is, from its connect to its end.
 *
 * @param id its public id
 * @param privateId what a client that comes back is known by; null without recovery
 * @param recovered whether it goes on for an earlier one
 * @param auth what the client sent with its connect
 * @param admitted what its admission gave
 */
record Identity(
        String id,
        @Nullable String privateId,
        boolean recovered,
        Map<String, ? extends @Nullable Object> auth,
        @Nullable Object admitted) {}

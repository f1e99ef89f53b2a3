package dev.pharos.protocol.events;

import java.util.List;

/**
 * What an operator may choose of the plain events protocol.
 *
 * @param allowedOrigins origins of other sites whose pages may read and publish, such as {@code https://app.example}; or
 *     {@code *}
 * @param heartbeatSeconds the longest silence of a stream
 * @param retryMillis the reconnection time readers are given, spread by chance
 * @param connections the most streams, polls and WebSockets at a time, also those that have subscribed to nothing
 */
public record EventsOptions(List<String> allowedOrigins, int heartbeatSeconds, long retryMillis, int connections) {

    /** No foreign origins, a heartbeat each 15 s, reconnection after about 2 s, 100 000 connections. */
    public static final EventsOptions DEFAULT = new EventsOptions(List.of(), 15, 2_000, 100_000);

    /** Checks its parts. */
    public EventsOptions {
        allowedOrigins = List.copyOf(allowedOrigins);
        if (heartbeatSeconds < 1 || retryMillis < 1) {
            throw new IllegalArgumentException(
                    "heartbeat and retry are positive, got " + heartbeatSeconds + " s and " + retryMillis + " ms");
        }
    }

    /** These options with other origins. */
    public EventsOptions withAllowedOrigins(List<String> origins) {
        return new EventsOptions(origins, heartbeatSeconds, retryMillis, connections);
    }

    /** These options with another number of connections. */
    public EventsOptions withConnections(int most) {
        return new EventsOptions(allowedOrigins, heartbeatSeconds, retryMillis, most);
    }
}

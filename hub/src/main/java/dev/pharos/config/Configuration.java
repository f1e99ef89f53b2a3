package dev.pharos.config;

import java.util.List;

/** Everything that was set for a hub, checked. Immutable. */
public record Configuration(
        Network network,
        History history,
        Streams streams,
        Bounds limits,
        Authorization authorization,
        List<Mount> mercure) {

    /** Copies the list. */
    public Configuration {
        mercure = List.copyOf(mercure);
    }

    /** Whether tokens are asked for. */
    public boolean hasKeys() {
        return !authorization.keys().isEmpty();
    }
}

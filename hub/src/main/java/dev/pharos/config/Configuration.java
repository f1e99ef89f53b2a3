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

    /** The same with other keys. */
    public Configuration withKeys(List<KeyEntry> keys) {
        return new Configuration(network, history, streams, limits, authorization.withKeys(keys), mercure);
    }

    /** Whether tokens are asked for. */
    public boolean hasKeys() {
        return !authorization.keys().isEmpty();
    }
}

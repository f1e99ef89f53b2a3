package dev.pharos.config;

import java.util.List;

/**
 * Everything that was set for a hub, checked. Immutable.
 *
 * @param presence whether readers of plain events are announced and listed
 */
public record Configuration(
        Network network,
        History history,
        Streams streams,
        Bounds limits,
        Authorization authorization,
        boolean presence,
        List<Mount> mercure) {

    /** Copies the list. */
    public Configuration {
        mercure = List.copyOf(mercure);
    }

    /** The same with other keys. */
    public Configuration withKeys(List<KeyEntry> keys) {
        return new Configuration(network, history, streams, limits, authorization.withKeys(keys), presence, mercure);
    }

    /** Whether tokens are asked for. */
    public boolean hasKeys() {
        return !authorization.keys().isEmpty();
    }
}

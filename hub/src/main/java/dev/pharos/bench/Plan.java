package dev.pharos.bench;

import java.net.InetSocketAddress;

/**
 * What load to make.
 *
 * @param hub where the hub listens
 * @param path of its events, with a leading slash
 * @param connections how many readers
 * @param topics how many topics; reader i reads topic i modulo this, and so goes message j
 * @param size of an event's data in bytes
 */
public record Plan(InetSocketAddress hub, String path, int connections, int topics, int size) {

    /** The least size: what a time stamp takes. */
    public static final int LEAST_SIZE = Stamp.LENGTH;

    String topic(int number) {
        return "bench/" + number;
    }

    String host() {
        return hub.getHostString() + ":" + hub.getPort();
    }

    /** How many of {@code messages} a topic gets. */
    long share(int topic, long messages) {
        return messages <= topic ? 0 : (messages - topic - 1) / topics + 1;
    }
}

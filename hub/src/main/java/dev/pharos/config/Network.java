package dev.pharos.config;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a hub is reached, and by whom. Certificates will be here.
 *
 * @param listen the address; port 0 takes a free one
 * @param open whether anybody who reaches it may use it although it has no keys
 * @param hosts the names that clients reach it by, with or without a port; none if that is not said
 * @param cors the origins whose pages may read and publish, {@code *} for all
 * @param trustedProxies addresses and networks of proxies that are believed who their client is
 */
public record Network(
        InetSocketAddress listen,
        boolean open,
        List<String> hosts,
        List<String> cors,
        List<String> trustedProxies,
        Transport transport) {

    /** Copies the lists. */
    public Network {
        hosts = List.copyOf(hosts);
        cors = List.copyOf(cors);
        trustedProxies = List.copyOf(trustedProxies);
    }
}

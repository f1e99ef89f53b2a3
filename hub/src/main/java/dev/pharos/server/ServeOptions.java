package dev.pharos.server;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a hub is started with.
 *
 * @param listen the address; port 0 takes a free one
 * @param storage where history is kept
 * @param corsOrigins the origins whose pages may read and publish, {@code *} for all
 * @param open whether anybody who reaches it may use it, so that any address and any {@code Host} will do
 */
public record ServeOptions(
        InetSocketAddress listen, Storage storage, List<String> corsOrigins, boolean open, Transport transport) {

    /** Copies the list. */
    public ServeOptions {
        corsOrigins = List.copyOf(corsOrigins);
    }

    /** How the process talks to the kernel. */
    public enum Transport {
        /** The best there is here. */
        AUTO,
        /** Linux's epoll. */
        EPOLL,
        /** The JDK's selector, which is everywhere. */
        NIO,
        /** Linux's io_uring. */
        IO_URING
    }
}

package dev.pharos.server;

import java.net.InetSocketAddress;

/**
 * What the echo application is started with.
 *
 * @param listen the address; port 0 takes a free one
 */
public record EchoOptions(InetSocketAddress listen) {}

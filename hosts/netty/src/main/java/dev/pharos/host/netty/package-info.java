/**
 * The host on Netty: each connection lives on one event loop, and shared bytes go from one buffer of the loop to every
 * socket.
 */
@NullMarked
package dev.pharos.host.netty;

import org.jspecify.annotations.NullMarked;

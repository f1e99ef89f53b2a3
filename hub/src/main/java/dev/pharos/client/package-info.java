/**
 * The other end of the hub's HTTP interface: publishing and subscribing as a client, for days.
 */
@NullMarked
package dev.pharos.client;

import org.jspecify.annotations.NullMarked;

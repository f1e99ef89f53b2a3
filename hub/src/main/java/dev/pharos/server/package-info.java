/**
 * The hub as a process: options, wiring of engine, protocols and host.
 */
@NullMarked
package dev.pharos.server;

import org.jspecify.annotations.NullMarked;

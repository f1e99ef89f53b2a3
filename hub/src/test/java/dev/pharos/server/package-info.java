/**
 * The hub against real clients.
 */
@NullMarked
package dev.pharos.server;

import org.jspecify.annotations.NullMarked;

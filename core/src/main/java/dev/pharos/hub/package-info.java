/**
 * The engine between the log and the transports: selectors, audiences, lanes and subscriptions.
 */
@NullMarked
package dev.pharos.hub;

import org.jspecify.annotations.NullMarked;

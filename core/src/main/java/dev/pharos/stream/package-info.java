/**
 * Event streams: what moves bytes from a subscription to a response, beats when there are none, and ends in time, whatever
 * the protocol.
 */
@NullMarked
package dev.pharos.stream;

import org.jspecify.annotations.NullMarked;

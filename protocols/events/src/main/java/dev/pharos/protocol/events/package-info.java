/**
 * The plain events protocol over the seam: one URL, every transport, by content negotiation.
 */
@NullMarked
package dev.pharos.protocol.events;

import org.jspecify.annotations.NullMarked;

/**
 * The text/event-stream format: an encoder and an incremental parser.
 */
@NullMarked
package dev.pharos.sse;

import org.jspecify.annotations.NullMarked;

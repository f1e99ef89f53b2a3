/**
 * The ordered log of events and the cursors into it.
 */
@NullMarked
package dev.pharos.log;

import org.jspecify.annotations.NullMarked;

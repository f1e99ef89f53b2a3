/**
 * A torture test for the promise that nothing is lost in silence: publishers and readers that keep accounts, and a hub
 * that is killed again and again and finds its disk without what it had not synced.
 */
@NullMarked
package dev.pharos.torture;

import org.jspecify.annotations.NullMarked;

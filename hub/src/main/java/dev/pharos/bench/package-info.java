/**
 * A load generator for hubs: many readers on few threads, one publisher, and what it measured.
 */
@NullMarked
package dev.pharos.bench;

import org.jspecify.annotations.NullMarked;

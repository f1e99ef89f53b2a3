/**
 * The Mercure protocol as checks of a hub from outside, over HTTP: each is named as in {@code docs/conformance.md}, for
 * draft 07, draft 08 or both. They run against any hub.
 */
@NullMarked
package dev.pharos.conformance;

import org.jspecify.annotations.NullMarked;

/**
 * The Mercure protocol, drafts 07 and 08, one draft at each path. The wire is that of the drafts; what this implementation
 * chooses where they leave a choice is in {@code docs/mercure.md}.
 */
@NullMarked
package dev.pharos.protocol.mercure;

import org.jspecify.annotations.NullMarked;

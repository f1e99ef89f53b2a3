/** Who reads what at this moment, for whoever may know: one {@link dev.pharos.presence.Presence} for all protocols. */
@NullMarked
package dev.pharos.presence;

import org.jspecify.annotations.NullMarked;

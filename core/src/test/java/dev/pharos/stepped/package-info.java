/** A loop and a time that stand still until a test moves them; other modules have those of the test kit. */
@NullMarked
package dev.pharos.stepped;

import org.jspecify.annotations.NullMarked;

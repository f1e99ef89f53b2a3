/**
 * What hostile clients do, against a running hub with keys: what they get for it, and what others notice of it.
 */
@NullMarked
package dev.pharos.attack;

import org.jspecify.annotations.NullMarked;

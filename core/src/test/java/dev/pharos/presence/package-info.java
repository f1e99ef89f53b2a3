@NullMarked
package dev.pharos.presence;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.pharos.torture;

import org.jspecify.annotations.NullMarked;

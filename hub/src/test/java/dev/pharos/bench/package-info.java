@NullMarked
package dev.pharos.bench;

import org.jspecify.annotations.NullMarked;

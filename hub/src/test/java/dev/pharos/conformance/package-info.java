@NullMarked
package dev.pharos.conformance;

import org.jspecify.annotations.NullMarked;

/**
 * Inputs for the fuzz tests, which run in every build without a fuzzer as well.
 */
@NullMarked
package dev.pharos.fuzz;

import org.jspecify.annotations.NullMarked;

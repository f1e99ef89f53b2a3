/**
 * JMH benchmarks of the parts that decide the cost of an event: encoding, parsing, matching and fan-out.
 */
@NullMarked
package dev.pharos.benchmarks;

import org.jspecify.annotations.NullMarked;

/**
 * The contract of the seam as tests: {@link dev.pharos.testkit.HostContract}, and the raw clients it is made with; and
 * a loop, a time and a clock that stand still until a test moves them.
 */
@NullMarked
package dev.pharos.testkit;

import org.jspecify.annotations.NullMarked;

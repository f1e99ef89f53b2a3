/**
 * The contract of the seam as tests: {@link dev.pharos.testkit.HostContract}, and the raw clients and manual loop it is
 * made with.
 */
@NullMarked
package dev.pharos.testkit;

import org.jspecify.annotations.NullMarked;

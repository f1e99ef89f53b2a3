/** The seam in memory: exchanges, streams and sockets whose peer is the test, for protocols that are tested without a host. */
@NullMarked
package dev.pharos.testkit.fake;

import org.jspecify.annotations.NullMarked;

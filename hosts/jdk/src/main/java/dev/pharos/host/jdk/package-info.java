/**
 * The host over {@code com.sun.net.httpserver}: {@link dev.pharos.host.jdk.JdkHost}.
 */
@NullMarked
package dev.pharos.host.jdk;

import org.jspecify.annotations.NullMarked;

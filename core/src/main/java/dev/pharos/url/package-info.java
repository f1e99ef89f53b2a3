/**
 * URLs and URL patterns by the living standards of the WHATWG, which browsers implement and the Mercure protocol relies
 * on. {@code java.net.URI} reads another language.
 */
@NullMarked
package dev.pharos.url;

import org.jspecify.annotations.NullMarked;

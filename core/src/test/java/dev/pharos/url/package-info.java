@NullMarked
package dev.pharos.url;

import org.jspecify.annotations.NullMarked;

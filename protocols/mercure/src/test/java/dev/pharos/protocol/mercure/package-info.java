@NullMarked
package dev.pharos.protocol.mercure;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.pharos.protocol.sockjs;

import org.jspecify.annotations.NullMarked;

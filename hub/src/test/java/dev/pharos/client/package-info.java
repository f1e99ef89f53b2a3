@NullMarked
package dev.pharos.client;

import org.jspecify.annotations.NullMarked;

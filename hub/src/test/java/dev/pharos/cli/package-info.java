@NullMarked
package dev.pharos.cli;

import org.jspecify.annotations.NullMarked;

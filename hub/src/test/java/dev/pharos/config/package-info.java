@NullMarked
package dev.pharos.config;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.pharos.auth;

import org.jspecify.annotations.NullMarked;

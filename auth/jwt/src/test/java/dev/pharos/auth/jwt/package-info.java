@NullMarked
package dev.pharos.auth.jwt;

import org.jspecify.annotations.NullMarked;

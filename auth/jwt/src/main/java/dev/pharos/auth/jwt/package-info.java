/**
 * Tokens: {@link dev.pharos.auth.jwt.JwtAuthorizer} judges them by {@link dev.pharos.auth.jwt.TrustedKeys} and a
 * {@link dev.pharos.auth.jwt.TokenProfile}, {@link dev.pharos.auth.jwt.TokenMint} makes them.
 *
 * <p>A token chooses neither its key nor its algorithm: a key serves the algorithms of its kind and no other, and what a
 * header says of keys ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) is not looked at.
 */
@NullMarked
package dev.pharos.auth.jwt;

import org.jspecify.annotations.NullMarked;

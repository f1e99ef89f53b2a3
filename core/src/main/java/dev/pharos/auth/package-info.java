/**
 * Who may do what: a protocol takes {@link dev.pharos.auth.Credentials} out of a request, an
 * {@link dev.pharos.auth.Authorizer} makes a {@link dev.pharos.auth.Permit} of them, and the protocol asks that.
 *
 * <p>No token is ever in a message, a log or a text form of what is here.
 */
@NullMarked
package dev.pharos.auth;

import org.jspecify.annotations.NullMarked;

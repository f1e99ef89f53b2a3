/**
 * The seam between hosts and protocols: a protocol is a {@link dev.pharos.http.Handler} over {@link dev.pharos.http.Request} and
 * {@link dev.pharos.http.Reply}, a host adapts its HTTP server to them.
 *
 * <p>Everything about one connection happens on its {@link dev.pharos.http.EventLoop}; nothing here may block it.
 */
@NullMarked
package dev.pharos.http;

import org.jspecify.annotations.NullMarked;

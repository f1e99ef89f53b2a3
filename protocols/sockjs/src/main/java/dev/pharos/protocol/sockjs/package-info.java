/**
 * SockJS 0.3 over the seam: {@link dev.pharos.protocol.sockjs.SockJsProtocol} is a handler that gives an application's
 * listener sessions, whatever transport the browser's network lets pass.
 *
 * <p>The wire is that of the public SockJS protocol, series 0.3; WebSockets of the draft hixie-76 are left out.
 */
@NullMarked
package dev.pharos.protocol.sockjs;

import org.jspecify.annotations.NullMarked;

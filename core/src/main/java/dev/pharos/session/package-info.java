/**
 * Sessions: conversations that outlive connections.
 *
 * <p>An application sees a {@link dev.pharos.session.Session} and implements a {@link dev.pharos.session.SessionListener}. A protocol
 * has a {@link dev.pharos.session.ProtocolSession} for each, whose messages it carries over its transports as
 * {@link dev.pharos.session.Receiver}s, and finds it by its id in a {@link dev.pharos.session.SessionTable}.
 *
 * <p><b>Threads.</b> A session lives on the event loop of the request that opened it, and everything about it happens there:
 * all calls of its listener and of its receiver, and all calls on it except {@link dev.pharos.session.ProtocolSession#execute}.
 * A later request may come in on another loop. Its protocol reads the body where it came in, makes the reply usable on the
 * session's loop ({@link dev.pharos.session.HandOver}), and goes on there through {@code session.execute}.
 */
@NullMarked
package dev.pharos.session;

import org.jspecify.annotations.NullMarked;

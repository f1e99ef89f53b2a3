/** Engine.IO 4: a session of messages over long polling and WebSocket, with an upgrade from one to the other. */
@NullMarked
package dev.pharos.protocol.socketio.engine;

import org.jspecify.annotations.NullMarked;

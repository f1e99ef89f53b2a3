/** Socket.IO 5 over Engine.IO: namespaces, events, acknowledgements, rooms and recovery. */
@NullMarked
package dev.pharos.protocol.socketio;

import org.jspecify.annotations.NullMarked;

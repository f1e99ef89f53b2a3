/** Engine.IO 4 and Socket.IO 5: sessions over polling and WebSocket, namespaces, events, acknowledgements and rooms. */
module dev.pharos.protocol.socketio {
    requires static transitive org.jspecify;
    requires transitive dev.pharos.core;
    requires tools.jackson.core;

    exports dev.pharos.protocol.socketio;
    exports dev.pharos.protocol.socketio.engine;
}

/** SockJS 0.3: one session over WebSocket, streaming or polling, for browsers behind any network. */
module dev.pharos.protocol.sockjs {
    requires static transitive org.jspecify;
    requires transitive dev.pharos.core;
    requires tools.jackson.core;

    exports dev.pharos.protocol.sockjs;
}

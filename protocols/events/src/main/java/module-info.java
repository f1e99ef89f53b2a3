/** The plain events protocol: SSE, long polling, polling and WebSocket on one URL, and publishing. */
module dev.pharos.protocol.events {
    requires static transitive org.jspecify;
    requires transitive dev.pharos.core;
    requires tools.jackson.core;

    exports dev.pharos.protocol.events;
}

/**
 * A host on Netty: HTTP/1.1, HTTP/1.0 and WebSocket for any {@link dev.pharos.http.Handler}.
 */
module dev.pharos.host.netty {
    requires static transitive org.jspecify;
    requires transitive dev.pharos.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;

    exports dev.pharos.host.netty;
}

/**
 * The engine of Pharos: one ordered log, many cursors, and the seam between HTTP servers and protocols.
 *
 * <p>Depends on nothing but the JDK and JSpecify's annotations.
 */
module dev.pharos.core {
    requires static transitive org.jspecify;

    exports dev.pharos.auth;
    exports dev.pharos.http;
    exports dev.pharos.hub;
    exports dev.pharos.log;
    exports dev.pharos.session;
    exports dev.pharos.presence;
    exports dev.pharos.sse;
    exports dev.pharos.stream;
    exports dev.pharos.url;
}

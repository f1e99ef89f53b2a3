/**
 * Pharos on the JDK's own HTTP server.
 */
module dev.pharos.host.jdk {
    requires transitive dev.pharos.core;
    requires transitive jdk.httpserver;
    requires static transitive org.jspecify;

    exports dev.pharos.host.jdk;
}

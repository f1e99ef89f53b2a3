/** The Mercure protocol, drafts 07 and 08. */
module dev.pharos.protocol.mercure {
    requires static transitive org.jspecify;
    requires transitive dev.pharos.core;
    requires tools.jackson.core;

    exports dev.pharos.protocol.mercure;
}

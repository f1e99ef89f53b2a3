/** Authorization by JSON Web Tokens: keys, the claims of Mercure's drafts 07 and 08, and the minting of tokens. */
module dev.pharos.auth.jwt {
    requires static transitive org.jspecify;
    requires transitive dev.pharos.core;
    requires com.nimbusds.jose.jwt;
    requires tools.jackson.core;

    exports dev.pharos.auth.jwt;
}

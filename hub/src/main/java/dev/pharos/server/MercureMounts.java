package dev.pharos.server;

import dev.pharos.config.Configuration;
import dev.pharos.config.KeyEntry;
import dev.pharos.config.Mount;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.presence.Presence;
import dev.pharos.protocol.mercure.MercureOptions;
import dev.pharos.protocol.mercure.MercureProtocol;
import dev.pharos.url.Url;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The places where a hub speaks Mercure. */
final class MercureMounts {

    private MercureMounts() {}

    /**
     * Adds every place that was configured.
     *
     * @param tokens who judges the tokens of a place, and where in a request they are
     * @param presence who reads what, in all protocols
     */
    static void add(Routes.Builder routes, Hub hub, Configuration configuration, Tokens tokens, Presence presence) {
        for (Mount mount : configuration.mercure()) {
            MercureOptions options = options(configuration, mount);
            MercureProtocol protocol = mount.draft() == Mount.Draft.D07
                    ? MercureProtocol.draft07(hub, tokens.draft07(), presence, options)
                    : MercureProtocol.draft08(hub, tokens.draft08(mount), presence, options);
            protocol.mount(routes);
        }
    }

    private static MercureOptions options(Configuration configuration, Mount mount) {
        List<String> origins = configuration.network().cors();
        return MercureOptions.DEFAULT
                .withPath(mount.path())
                .withPublicUrls(mount.publicUrls().stream()
                        .map(url -> Url.of(url.toString()))
                        .toList())
                .withOrigins(origins)
                .withSubscriptions(mount.subscriptions())
                .withTimes(
                        (int) configuration.streams().heartbeat().toSeconds(),
                        configuration.streams().retry().toMillis(),
                        (int) mount.lifetime().toSeconds())
                .withForbidden(mount.forbidden())
                .withAuthorizationServers(issuers(configuration));
    }

    /** Those that clients can go to: a name that is no URL is an agreement of the keys' owners. */
    private static List<String> issuers(Configuration configuration) {
        Set<String> issuers = new LinkedHashSet<>();
        for (KeyEntry key : configuration.authorization().keys()) {
            String issuer = key.issuer();
            if (issuer != null && (issuer.startsWith("https://") || issuer.startsWith("http://"))) {
                issuers.add(issuer);
            }
        }
        return List.copyOf(issuers);
    }
}

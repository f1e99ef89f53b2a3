package dev.pharos.server;

import dev.pharos.auth.Authorizer;
import dev.pharos.config.Configuration;
import dev.pharos.config.Mount;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.protocol.mercure.MercureOptions;
import dev.pharos.protocol.mercure.MercureProtocol;
import dev.pharos.url.Url;
import java.net.URI;
import java.util.List;
import java.util.function.Function;

/** The places where a hub speaks Mercure. */
final class MercureMounts {

    private MercureMounts() {}

    /**
     * Adds every place that was configured.
     *
     * @param authorizer who judges the tokens of a place
     */
    static void add(
            Routes.Builder routes, Hub hub, Configuration configuration, Function<Mount, Authorizer> authorizer) {
        for (Mount mount : configuration.mercure()) {
            MercureOptions options = options(configuration, mount);
            MercureProtocol protocol = mount.draft() == Mount.Draft.D07
                    ? MercureProtocol.draft07(hub, authorizer.apply(mount), options)
                    : MercureProtocol.draft08(hub, authorizer.apply(mount), options);
            protocol.mount(routes);
        }
    }

    private static MercureOptions options(Configuration configuration, Mount mount) {
        List<String> origins = configuration.network().cors();
        URI publicUrl = mount.publicUrl();
        return MercureOptions.DEFAULT
                .withPath(mount.path())
                .withPublicUrls(publicUrl == null ? List.of() : List.of(Url.of(publicUrl.toString())))
                .withOrigins(origins, origins)
                .withSubscriptions(mount.subscriptions())
                .withTimes(
                        (int) configuration.streams().heartbeat().toSeconds(),
                        configuration.streams().retry().toMillis(),
                        MercureOptions.DEFAULT.lifetimeSeconds());
    }
}

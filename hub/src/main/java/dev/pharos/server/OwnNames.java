package dev.pharos.server;

import dev.pharos.config.Authorization;
import dev.pharos.config.Configuration;
import dev.pharos.config.Mount;
import dev.pharos.config.Network;
import dev.pharos.http.Handler;
import dev.pharos.http.HostGuard;
import java.util.ArrayList;
import java.util.List;

/**
 * The names a hub answers to. A web page can have its own name point at a hub that only its visitor reaches (DNS
 * rebinding), and is then a page of the hub's own origin: so wherever something can be had without a token and the names
 * are known, others are refused.
 */
final class OwnNames {

    private OwnNames() {}

    /** Guards a handler as far as a configuration asks for it. */
    static Handler guard(Handler handler, Configuration configuration) {
        return isGuarded(configuration) ? HostGuard.around(handler, names(configuration)) : handler;
    }

    /**
     * Who says the names has them kept. Else it is what has neither keys nor was opened to everybody, and what anybody may use
     * on this machine alone; a proxy in front passes on names that only it knows.
     */
    private static boolean isGuarded(Configuration configuration) {
        Network network = configuration.network();
        if (!network.hosts().isEmpty()) {
            return true;
        }
        if (!configuration.hasKeys()) {
            return !network.open();
        }
        Authorization authorization = configuration.authorization();
        return (authorization.anonymousRead() || authorization.anonymousPublish())
                && network.listen().getAddress().isLoopbackAddress()
                && network.trustedProxies().isEmpty();
    }

    private static List<String> names(Configuration configuration) {
        List<String> names = new ArrayList<>(configuration.network().hosts());
        for (Mount mount : configuration.mercure()) {
            mount.publicUrls().forEach(url -> names.add(url.getHost()));
        }
        return names;
    }
}

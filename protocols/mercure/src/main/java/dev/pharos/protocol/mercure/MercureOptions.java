package dev.pharos.protocol.mercure;

import dev.pharos.url.Url;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an operator may choose of the Mercure protocol.
 *
 * @param path where the hub is mounted
 * @param publicUrls the URLs clients know the hub by, the first being the usual one; empty if they are the address they
 *     connect to
 * @param allowedOrigins origins of other sites whose pages may read and publish; or {@code *}
 * @param heartbeatSeconds the longest silence of a stream
 * @param retryMillis the reconnection time readers are given when the hub ends their stream, spread by chance
 * @param lifetimeSeconds how long a stream lasts at most, spread by chance; 0 for no limit of its own
 * @param subscriptions whether subscriptions are announced and can be listed
 * @param forbidden the status of a good token without the right, in draft 07: 403 as the draft says, or 401 as the
 *     reference hub up to 0.24 answers
 * @param authorizationServers issuers of tokens to be told to clients, in draft 08
 */
public record MercureOptions(
        String path,
        List<Url> publicUrls,
        List<String> allowedOrigins,
        int heartbeatSeconds,
        long retryMillis,
        int lifetimeSeconds,
        boolean subscriptions,
        int forbidden,
        List<String> authorizationServers) {

    /** The path of draft 07, and the usual one of draft 08. */
    public static final String WELL_KNOWN = "/.well-known/mercure";

    /** At the well-known path, for pages of its own origin, with a heartbeat each 15 s and streams of half a day. */
    public static final MercureOptions DEFAULT =
            new MercureOptions(WELL_KNOWN, List.of(), List.of(), 15, 2_000, 12 * 3_600, false, 403, List.of());

    /** Checks its parts. */
    public MercureOptions {
        publicUrls = List.copyOf(publicUrls);
        allowedOrigins = List.copyOf(allowedOrigins);
        authorizationServers = List.copyOf(authorizationServers);
        if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('*') >= 0) {
            throw new IllegalArgumentException("a path begins with '/' and does not end with it, got '" + path + "'");
        }
        for (Url url : publicUrls) {
            if (!url.isSpecial() || url.query() != null || url.fragment() != null) {
                throw new IllegalArgumentException("a public URL is an http or https URL without query, got " + url);
            }
        }
        if (heartbeatSeconds < 1 || retryMillis < 1 || lifetimeSeconds < 0) {
            throw new IllegalArgumentException(
                    "heartbeat and retry are positive, got %d s and %d ms".formatted(heartbeatSeconds, retryMillis));
        }
        if (forbidden != 403 && forbidden != 401) {
            throw new IllegalArgumentException("the status is 403 or 401, got " + forbidden);
        }
    }

    /** These options at another path. */
    public MercureOptions withPath(String other) {
        return with(parts -> parts.path = other);
    }

    /** These options with other public URLs. */
    public MercureOptions withPublicUrls(List<Url> urls) {
        return with(parts -> parts.publicUrls = urls);
    }

    /** These options with other origins. */
    public MercureOptions withOrigins(List<String> allowed) {
        return with(parts -> parts.allowedOrigins = allowed);
    }

    /** These options with or without subscription events and the list of subscriptions. */
    public MercureOptions withSubscriptions(boolean on) {
        return with(parts -> parts.subscriptions = on);
    }

    /** These options with another status of a good token without the right, in draft 07. */
    public MercureOptions withForbidden(int status) {
        return with(parts -> parts.forbidden = status);
    }

    /** These options with other issuers of tokens to be told to clients, in draft 08. */
    public MercureOptions withAuthorizationServers(List<String> issuers) {
        return with(parts -> parts.authorizationServers = issuers);
    }

    /** These options with another rhythm. */
    public MercureOptions withTimes(int heartbeat, long retry, int lifetime) {
        return with(parts -> {
            parts.heartbeatSeconds = heartbeat;
            parts.retryMillis = retry;
            parts.lifetimeSeconds = lifetime;
        });
    }

    private MercureOptions with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.whole();
    }

    /** Options that are being changed. */
    private static final class Parts {

        private String path;
        private List<Url> publicUrls;
        private List<String> allowedOrigins;
        private int heartbeatSeconds;
        private long retryMillis;
        private int lifetimeSeconds;
        private boolean subscriptions;
        private int forbidden;
        private List<String> authorizationServers;

        Parts(MercureOptions options) {
            path = options.path;
            publicUrls = options.publicUrls;
            allowedOrigins = options.allowedOrigins;
            heartbeatSeconds = options.heartbeatSeconds;
            retryMillis = options.retryMillis;
            lifetimeSeconds = options.lifetimeSeconds;
            subscriptions = options.subscriptions;
            forbidden = options.forbidden;
            authorizationServers = options.authorizationServers;
        }

        MercureOptions whole() {
            return new MercureOptions(
                    path,
                    publicUrls,
                    allowedOrigins,
                    heartbeatSeconds,
                    retryMillis,
                    lifetimeSeconds,
                    subscriptions,
                    forbidden,
                    authorizationServers);
        }
    }
}

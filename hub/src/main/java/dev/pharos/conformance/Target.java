package dev.pharos.conformance;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The hub that is checked, and what has to be known of it.
 *
 * @param url of the hub
 * @param draft 7 or 8
 * @param key the secret of HS256 that signs tokens for publishers and subscribers; null if there is none
 * @param issuer of tokens, in draft 08
 * @param audience of tokens, in draft 08
 * @param origin of a site that may publish by cookie and read; null if there is none
 * @param heartbeatSeconds how long a stream may be silent
 * @param subscriptions whether subscriptions are announced and listed
 */
public record Target(
        URI url,
        int draft,
        @Nullable String key,
        String issuer,
        String audience,
        @Nullable String origin,
        int heartbeatSeconds,
        boolean subscriptions) {

    /** Checks its parts. */
    public Target {
        if (draft != 7 && draft != 8) {
            throw new IllegalArgumentException("the draft is 7 or 8, got " + draft);
        }
    }

    boolean is08() {
        return draft == 8;
    }

    /** The path of the hub. */
    String path() {
        return url.getPath();
    }

    /** Scheme, host and port. */
    String site() {
        return url.getScheme() + "://" + url.getAuthority();
    }
}

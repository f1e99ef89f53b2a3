package dev.pharos.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may read and publish what.
 *
 * @param keys without any, the hub asks for no tokens
 * @param audience what tokens of draft 08 may have as audience; empty: the public URL of the place
 * @param cookie the name of the cookie with a token; null: the draft's own
 * @param queryToken whether a query parameter may carry a token where draft 07 is spoken
 * @param anonymousRead whether public events are for anybody
 * @param anonymousPublish whether anybody may publish public events
 * @param publishOrigins whose pages may publish with the cookie
 */
public record Authorization(
        List<KeyEntry> keys,
        List<String> audience,
        @Nullable String cookie,
        boolean queryToken,
        boolean anonymousRead,
        boolean anonymousPublish,
        List<String> publishOrigins) {

    /** Copies the lists. */
    public Authorization {
        keys = List.copyOf(keys);
        audience = List.copyOf(audience);
        publishOrigins = List.copyOf(publishOrigins);
    }

    Authorization withKeys(List<KeyEntry> others) {
        return new Authorization(others, audience, cookie, queryToken, anonymousRead, anonymousPublish, publishOrigins);
    }
}

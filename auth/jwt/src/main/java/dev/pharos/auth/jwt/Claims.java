package dev.pharos.auth.jwt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, as far as it is of interest here. Times are in milliseconds since 1970.
 *
 * @param expiresAt when it ends, or null
 * @param notBefore when it begins, or null
 * @param details what it grants, in the order of the token
 */
record Claims(
        @Nullable String issuer,
        @Nullable String subject,
        List<String> audience,
        @Nullable Long expiresAt,
        @Nullable Long notBefore,
        List<Detail> details) {

    /**
     * One grant.
     *
     * @param payload JSON that presence shows for subscriptions under this grant, or null
     */
    record Detail(
            boolean publish,
            boolean subscribe,
            List<Match> topics,
            @Nullable String payload) {}

    /** A selector in the words of the token. */
    record Match(String type, String text) {}
}

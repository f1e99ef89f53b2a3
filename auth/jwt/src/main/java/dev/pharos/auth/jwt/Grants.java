package dev.pharos.auth.jwt;

import dev.pharos.auth.Permit;
import dev.pharos.auth.Permit.Payloads;
import dev.pharos.auth.jwt.Claims.Detail;
import dev.pharos.auth.jwt.Claims.Match;
import dev.pharos.auth.jwt.TrustedKeys.Issuer;
import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Utf8;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes permits of the claims of tokens whose signature is good. */
final class Grants {

    private static final int MOST_SELECTOR_BYTES = 4_096;

    private Grants() {}

    /** Gives what the claims grant, of that what the key may grant. */
    static Permit permit(TokenProfile profile, Claims claims, Issuer issuer, boolean mayPublish, boolean mayRead) {
        Selectors.Builder publish = new Selectors.Builder();
        Selectors.Builder subscribe = new Selectors.Builder();
        List<WithPayload> payloads = new ArrayList<>();
        for (Detail detail : claims.details()) {
            Selectors.Builder own = new Selectors.Builder();
            for (Match match : detail.topics()) {
                // Also what is not granted here must be right, or a token would be good for some and bad for others.
                add(profile, own, match);
                if (detail.publish() && mayPublish) {
                    add(profile, publish, match);
                }
                if (detail.subscribe() && mayRead) {
                    add(profile, subscribe, match);
                }
            }
            if (detail.subscribe() && mayRead) {
                payloads.add(new WithPayload(
                        profile.hasMercureClaim() ? Selectors.EVERYTHING : own.build(), detail.payload()));
            }
        }
        return new Permit(
                subject(claims, issuer),
                mayRead,
                publish.build(),
                subscribe.build(),
                claims.expiresAt() == null ? Permit.NEVER : claims.expiresAt(),
                payloads.stream().allMatch(some -> some.payload == null)
                        ? Payloads.NONE
                        : selector -> payload(payloads, selector));
    }

    private static void add(TokenProfile profile, Selectors.Builder selectors, Match match) {
        if (match.text().isEmpty() || Utf8.isLonger(match.text(), MOST_SELECTOR_BYTES)) {
            throw Jws.invalid(
                    "the token has a selector that is empty or longer than " + MOST_SELECTOR_BYTES + " bytes");
        }
        try {
            profile.language().add(selectors, match.type(), match.text());
        } catch (InvalidSelectorException invalid) {
            throw Jws.invalid("the token has a selector that is not one");
        }
    }

    /** Two issuers may use the same name for different people. */
    private static @Nullable String subject(Claims claims, Issuer issuer) {
        String subject = claims.subject();
        return subject == null || issuer.name() == null ? subject : issuer.name() + " " + subject;
    }

    private static @Nullable String payload(List<WithPayload> payloads, String selector) {
        for (WithPayload some : payloads) {
            if (some.topics.selects(selector)) {
                return some.payload;
            }
        }
        return null;
    }

    private record WithPayload(Selectors topics, @Nullable String payload) {}
}

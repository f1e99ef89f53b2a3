package dev.pharos.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Permit.Payloads;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.Response;
import dev.pharos.hub.Selectors;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermitTest {

    @Test
    void takesEveryTopicOfAnEventToPublishIt() {
        Permit permit = permit("ann", Selectors.of("a", "/u/{id}"), Selectors.NONE);
        assertThat(permit.mayPublish(List.of("a", "/u/1"))).isTrue();
        assertThat(permit.mayPublish(List.of("a", "b"))).isFalse();
        assertThat(Permit.anonymous(true, false).mayPublish(List.of("a"))).isFalse();
        assertThat(Permit.OPEN.mayPublish(List.of("a", "b"))).isTrue();
    }

    @Test
    void staysOrShrinksWhenItIsRenewed() {
        Permit first = permit("ann", Selectors.of("a", "b"), Selectors.of("a", "b"));
        Permit wider = new Permit("ann", true, Selectors.of("*"), Selectors.of("*"), 99, Payloads.NONE);
        assertThat(first.renewedBy(wider).subscribe()).isEqualTo(Selectors.of("a", "b"));
        assertThat(first.renewedBy(wider).expiresAtMillis()).isEqualTo(99);
        Permit narrower = permit("ann", Selectors.NONE, Selectors.of("b", "c"));
        assertThat(first.renewedBy(narrower).subscribe()).isEqualTo(Selectors.of("b"));
        assertThat(first.renewedBy(narrower).publish().isNone()).isTrue();
        assertThat(first.renewedBy(Permit.anonymous(false, false)).mayRead()).isFalse();
    }

    @Test
    void isRenewedByItsHolderOnly() {
        Permit ann = permit("ann", Selectors.NONE, Selectors.NONE);
        Permit nobody = permit(null, Selectors.NONE, Selectors.NONE);
        assertThat(ann.isSameHolder(permit("ann", Selectors.NONE, Selectors.NONE)))
                .isTrue();
        assertThat(ann.isSameHolder(permit("bob", Selectors.NONE, Selectors.NONE)))
                .isFalse();
        assertThat(ann.isSameHolder(nobody)).isFalse();
        assertThat(nobody.isSameHolder(nobody)).isFalse();
    }

    @Test
    void isRefusedAsRfc6750Says() {
        Challenge challenge = new Challenge("resource_metadata=\"https://hub.example/x\"");
        Response missing = challenge.answer(new RefusedException(Reason.MISSING, "a token is needed"));
        assertThat(missing.status()).isEqualTo(401);
        assertThat(missing.headers().get("WWW-Authenticate"))
                .isEqualTo("Bearer resource_metadata=\"https://hub.example/x\"");
        Response bad = challenge.answer(new RefusedException(Reason.INVALID_TOKEN, "it has expired"));
        assertThat(bad.status()).isEqualTo(401);
        assertThat(bad.headers().get("WWW-Authenticate"))
                .isEqualTo("Bearer resource_metadata=\"https://hub.example/x\", error=\"invalid_token\"");
        Response narrow = Challenge.BEARER.answer(new RefusedException(Reason.INSUFFICIENT, "no grant"));
        assertThat(narrow.status()).isEqualTo(403);
        assertThat(narrow.headers().get("WWW-Authenticate")).isEqualTo("Bearer error=\"insufficient_scope\"");
        Response often = Challenge.BEARER.answer(new RefusedException(Reason.LIMITED, "too many", 7));
        assertThat(often.status()).isEqualTo(429);
        assertThat(often.headers().get("Retry-After")).isEqualTo("7");
        assertThat(often.headers().get("WWW-Authenticate")).isNull();
    }

    private static Permit permit(
            @org.jspecify.annotations.Nullable String subject, Selectors publish, Selectors subscribe) {
        return new Permit(subject, true, publish, subscribe, 10, Payloads.NONE);
    }
}

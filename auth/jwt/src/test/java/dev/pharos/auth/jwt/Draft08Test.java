package dev.pharos.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.SelectorLanguage;
import dev.pharos.hub.Selectors;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Draft08Test {

    private static final SigningKey HS = SigningKey.secret(TestKeys.SECRET);
    private static final SelectorLanguage EXACT = (into, type, text) -> {
        if (!type.equals("exact")) {
            throw new InvalidSelectorException("unknown match type");
        }
        into.exact(text);
    };
    private static final String TYPE = "\"type\":\"https://mercure.rocks/authorization-detail\"";
    private static final String BASE =
            "\"iss\":\"https://issuer\",\"sub\":\"ann\",\"aud\":\"https://hub\",\"exp\":1800000060";

    private final Judge judge = new Judge(
            new TokenProfile.Draft08(Set.of("https://hub", "https://hub2"), EXACT),
            new TrustedKeys(List.of(new TrustedKeys.Issuer(
                    "https://issuer",
                    List.of(KeySource.secret(TestKeys.SECRET)),
                    List.of(KeySource.secret(TestKeys.SECRET))))));

    @Test
    void readsAuthorizationDetails() {
        Permit permit = judge.permit(token(details(
                "{\"topics\":[{\"match\":\"a\"},{\"match\":\"b\",\"match_type\":\"exact\"}],\"actions\":[\"subscribe\"],%s,\"payload\":{\"n\":1}}"
                        .formatted(TYPE),
                "{%s,\"actions\":[\"publish\",\"dance\"],\"topics\":[{\"match\":\"*\"}]}".formatted(TYPE),
                "{\"type\":\"https://other\",\"actions\":7}")));
        assertThat(permit.subscribe()).isEqualTo(Selectors.of("a", "b"));
        assertThat(permit.publish()).isEqualTo(Selectors.EVERYTHING);
        assertThat(permit.payload("b")).isEqualTo("{\"n\":1}");
        assertThat(permit.payload("c")).isNull();
        assertThat(permit.subject()).isEqualTo("https://issuer ann");
    }

    @Test
    void takesThePayloadOfTheFirstDetailThatMatches() {
        Permit permit = judge.permit(token(details(
                "{%s,\"actions\":[\"subscribe\"],\"topics\":[{\"match\":\"a\"}]}".formatted(TYPE),
                "{%s,\"actions\":[\"subscribe\"],\"topics\":[{\"match\":\"*\"}],\"payload\":{\"n\":2}}"
                        .formatted(TYPE))));
        assertThat(permit.payload("a")).isNull();
        assertThat(permit.payload("z")).isEqualTo("{\"n\":2}");
    }

    @Test
    void takesNoGrantFromTheClaimOfDraft07() {
        Permit permit = judge.permit(token("{" + BASE + ",\"mercure\":{\"publish\":[\"*\"]}}"));
        assertThat(permit.publish().isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"aud\":\"https://hub\",\"exp\":1800000060}",
                "{\"iss\":\"https://other\",\"aud\":\"https://hub\",\"exp\":1800000060}",
                "{\"iss\":\"https://issuer\",\"exp\":1800000060}",
                "{\"iss\":\"https://issuer\",\"aud\":[\"https://x\"],\"exp\":1800000060}",
                "{\"iss\":\"https://issuer\",\"aud\":\"https://hub\"}",
                "{\"iss\":\"https://issuer\",\"aud\":\"https://hub\",\"exp\":1800000000}",
                "{\"iss\":\"https://issuer\",\"aud\":\"https://hub\",\"exp\":1800000060,\"nbf\":1800000030}"
            })
    void refusesWhatRfc9068AsksFor(String claims) {
        assertThat(judge.reason(token(claims))).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void refusesOtherTypesOfTokens() {
        String claims = "{" + BASE + "}";
        assertThat(judge.reason(Judge.sign(HS, "JWT", claims))).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(judge.permit(Judge.sign(HS, "AT+JWT", claims)).mayRead()).isTrue();
        assertThat(judge.permit(Judge.sign(HS, "application/at+jwt", claims)).mayRead())
                .isTrue();
        assertThat(judge.permit(token(
                                "{\"iss\":\"https://issuer\",\"aud\":[\"x\",\"https://hub2\"],\"exp\":1800000060}"))
                        .mayRead())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "\"https://mercure.rocks/authorization-detail\"",
                "{\"type\":1}",
                "{TYPE}",
                "{TYPE,\"actions\":[\"publish\"]}",
                "{TYPE,\"actions\":[],\"topics\":[{\"match\":\"a\"}]}",
                "{TYPE,\"actions\":\"publish\",\"topics\":[{\"match\":\"a\"}]}",
                "{TYPE,\"actions\":[1],\"topics\":[{\"match\":\"a\"}]}",
                "{TYPE,\"actions\":[\"\"],\"topics\":[{\"match\":\"a\"}]}",
                "{TYPE,\"actions\":[\"publish\"],\"topics\":[]}",
                "{TYPE,\"actions\":[\"publish\"],\"topics\":[\"a\"]}",
                "{TYPE,\"actions\":[\"publish\"],\"topics\":[{}]}",
                "{TYPE,\"actions\":[\"publish\"],\"topics\":[{\"match\":\"\"}]}",
                "{TYPE,\"actions\":[\"publish\"],\"topics\":[{\"match\":1}]}",
                "{TYPE,\"actions\":[\"publish\"],\"topics\":[{\"match\":\"a\",\"match_type\":\"regexp\"}]}",
                "{TYPE,\"actions\":[\"dance\"],\"topics\":[{\"match\":\"a\",\"match_type\":\"regexp\"}]}",
                "{TYPE,\"actions\":[\"subscribe\"],\"topics\":[{\"match\":\"a\"}],\"payload\":[]}"
            })
    void refusesTheWholeTokenForOneBadDetail(String detail) {
        String good = "{%s,\"actions\":[\"publish\"],\"topics\":[{\"match\":\"good\"}]}".formatted(TYPE);
        assertThat(judge.reason(token(details(good, detail.replace("TYPE", TYPE)))))
                .isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void boundsDetailsAndTopics() {
        String one = "{%s,\"actions\":[\"publish\"],\"topics\":[{\"match\":\"a\"}]}".formatted(TYPE);
        String[] hundred = new String[100];
        java.util.Arrays.fill(hundred, one);
        assertThat(judge.permit(token(details(hundred))).publish()).isEqualTo(Selectors.of("a"));
        String[] more = new String[101];
        java.util.Arrays.fill(more, "{\"type\":\"x\"}");
        assertThat(judge.reason(token(details(more)))).isEqualTo(Reason.INVALID_TOKEN);
        hundred[7] = "{%s,\"actions\":[\"publish\"],\"topics\":[{\"match\":\"a\"},{\"match\":\"b\"}]}".formatted(TYPE);
        assertThat(judge.reason(token(details(hundred)))).isEqualTo(Reason.INVALID_TOKEN);
    }

    @Test
    void readsWhatItMints() {
        String token = TokenMint.draft08()
                .publish("", "a")
                .subscribe("exact", "b")
                .payload("{\"n\":1}")
                .issuer("https://issuer")
                .audience("https://hub")
                .clientId("cli")
                .subject("ann")
                .id("1")
                .issuedAt(Instant.ofEpochMilli(Judge.NOW))
                .expiresAt(Instant.ofEpochMilli(Judge.NOW + 5_000))
                .sign(HS);
        Permit permit = judge.permit(token);
        assertThat(permit.publish()).isEqualTo(Selectors.of("a"));
        assertThat(permit.subscribe()).isEqualTo(Selectors.of("b"));
        assertThat(permit.payload("b")).isEqualTo("{\"n\":1}");
    }

    private static String details(String... details) {
        return "{" + BASE + ",\"authorization_details\":[" + String.join(",", details) + "]}";
    }

    private static String token(String claims) {
        return Judge.sign(HS, "at+jwt", claims);
    }
}

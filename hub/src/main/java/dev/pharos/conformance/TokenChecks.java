package dev.pharos.conformance;

import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.outOfReach;

import java.util.List;

/** What tokens of draft 08 must be like. */
final class TokenChecks {

    private static final String TYPE = "\"type\":\"https://mercure.rocks/authorization-detail\"";

    static final List<Check> ALL = List.of(
            must("A04", "type, audience, issuer and times are enforced", hub -> {
                        hub.needsKey();
                        for (String type : List.of("AT+JWT", "application/at+jwt")) {
                            accepted(hub, hub.token().publish("*").type(type), "type " + type);
                        }
                        refused(hub, hub.token().publish("*").type("JWT"), "type JWT");
                        refused(hub, hub.token().publish("*").audience(null), "no audience");
                        refused(hub, hub.token().publish("*").audience("\"https://x.example/\""), "audience");
                        refused(hub, hub.token().publish("*").withoutExpiry(), "no exp");
                        refused(hub, hub.token().publish("*").notBefore(600), "nbf");
                        refused(hub, hub.token().publish("*").issuer("https://x.example"), "issuer");
                        refused(hub, hub.token().publish("*").issuer(null), "no issuer");
                    })
                    .only(8),
            must("A05", "one of several audiences is enough", hub -> {
                        hub.needsKey();
                        String audiences = "[\"https://x.example\","
                                + Token.quoted(hub.target().audience()) + "]";
                        accepted(hub, hub.token().publish("*").audience(audiences), "several audiences");
                    })
                    .only(8),
            outOfReach("A06", "keys count for their own issuer alone", "a hub with several issuers")
                    .only(8),
            must("A07", "a defect in the details spoils the token", TokenChecks::details)
                    .only(8));

    private TokenChecks() {}

    private static void accepted(Client hub, Token token, String what) throws Exception {
        Expect.status(hub.postAs(token.sign(), "topic", hub.topic()), what, 200);
    }

    private static void refused(Client hub, Token token, String what) throws Exception {
        String challenge = Expect.status(hub.postAs(token.sign(), "topic", hub.topic()), what, 401)
                .headers()
                .firstValue("WWW-Authenticate")
                .orElse("");
        Expect.that(challenge.contains("error=\"invalid_token\""), what + ": the challenge is " + challenge);
    }

    private static void details(Client hub) throws Exception {
        hub.needsKey();
        String good = Token.detail("publish", List.of("*"), null);
        String topics = "\"topics\":[{\"match\":\"a\"}]";
        for (String bad : List.of(
                "{" + TYPE + "," + topics + "}",
                "{" + TYPE + ",\"actions\":[]," + topics + "}",
                "{" + TYPE + ",\"actions\":[1]," + topics + "}",
                "{" + TYPE + ",\"actions\":\"publish\"," + topics + "}",
                "{" + TYPE + ",\"actions\":[\"publish\"]}",
                "{" + TYPE + ",\"actions\":[\"publish\"],\"topics\":[]}",
                "{" + TYPE + ",\"actions\":[\"publish\"],\"topics\":[\"a\"]}",
                "{" + TYPE + ",\"actions\":[\"publish\"],\"topics\":[{}]}",
                "{" + TYPE + ",\"actions\":[\"publish\"],\"topics\":[{\"match\":\"\"}]}",
                "{" + TYPE + ",\"actions\":[\"publish\"],\"topics\":[{\"match\":\"a\",\"match_type\":\"Exact\"}]}",
                "{" + TYPE
                        + ",\"actions\":[\"publish\"],\"topics\":[{\"match\":\"{a\",\"match_type\":\"urlpattern\"}]}",
                "{" + TYPE + ",\"actions\":[\"subscribe\"]," + topics + ",\"payload\":1}",
                "1")) {
            refused(hub, hub.token().details("[" + good + "," + bad + "]"), bad);
        }
        refused(hub, hub.token().details("{}"), "details that are no array");
        StringBuilder many = new StringBuilder("[").append(good);
        for (int i = 0; i < 150; i++) {
            many.append(',').append(good);
        }
        refused(hub, hub.token().details(many.append(']').toString()), "151 details");
        accepted(hub, hub.token().details("[{\"type\":\"other\",\"x\":1}," + good + "]"), "another type");
        String unknown = "{" + TYPE + ",\"actions\":[\"publish\",\"dance\"],\"topics\":[{\"match\":\"*\"}]}";
        accepted(hub, hub.token().details("[" + unknown + "]"), "an unknown action");
        String only = "{" + TYPE + ",\"actions\":[\"dance\"],\"topics\":[{\"match\":\"*\"}]}";
        Expect.status(
                hub.postAs(hub.token().details("[" + only + "]").sign(), "topic", hub.topic()),
                "only an unknown action",
                403);
    }
}

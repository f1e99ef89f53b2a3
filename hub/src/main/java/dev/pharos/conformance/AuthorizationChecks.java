package dev.pharos.conformance;

import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.outOfReach;

import java.net.http.HttpResponse;
import java.util.List;

/** Presenting tokens, and what becomes of them. */
final class AuthorizationChecks {

    static final List<Check> ALL = List.of(
            must("A01", "the header beats other places, and is not rescued by them", AuthorizationChecks::precedence),
            must("A02", "tokens in the query count for nothing", hub -> {
                        hub.needsKey();
                        String topic = hub.topic();
                        for (String name : List.of("authorization", "access_token")) {
                            Reading reading =
                                    hub.openAsStranger(hub.select(topic) + "&" + name + "=" + hub.fullToken());
                            if (reading.answer().statusCode() == 401) {
                                continue;
                            }
                            Expect.status(reading.answer(), name, 200);
                            hub.publish("topic", topic, "data", "private", "private", "on");
                            hub.publish("topic", topic, "data", "public");
                            Expect.equal(List.of("public"), reading.dataUpTo("public"), "received by " + name);
                        }
                    })
                    .only(8),
            must("A03", "forged tokens are 401", hub -> {
                hub.needsKey();
                String good = hub.fullToken();
                String[] forged = {
                    hub.token().publish("*").algorithm("none").sign(),
                    hub.token()
                            .publish("*")
                            .key("another key, as long as the one of the hub")
                            .sign(),
                    good.substring(0, good.length() - 8),
                    good.substring(0, good.lastIndexOf('.') + 1),
                    hub.token().publish("*").algorithm("XX256").sign()
                };
                for (String token : forged) {
                    int[] statuses = token.endsWith(".") ? new int[] {401, 400} : new int[] {401};
                    Expect.status(hub.postAs(token, "topic", hub.topic()), "a forged token", statuses);
                }
            }),
            must("A08", "a stream ends no later than its token", hub -> {
                hub.needsKey();
                String token = hub.token().subscribe("*").lifetime(3).sign();
                Reading reading = hub.read(hub.select(hub.topic()), "Authorization", "Bearer " + token);
                reading.untilEnd(4_000);
                String soon = hub.token().subscribe("*").lifetime(1).sign();
                Reading brief = hub.open(hub.select(hub.topic()), "Authorization", "Bearer " + soon);
                Expect.status(brief.answer(), "a token about to expire", 200, 401);
                String expired = hub.token().subscribe("*").lifetime(-60).sign();
                Expect.equal(
                        401,
                        hub.getStatus(hub.select(hub.topic()), "Authorization", "Bearer " + expired),
                        "status for an expired token");
            }),
            outOfReach("A09", "a stream has a maximum life of its own", "a hub with a short lifetime"),
            must("A10", "refusals have the challenges of RFC 6750", hub -> {
                        hub.needsKey();
                        String missing = challenge(hub.postAs(null, "topic", hub.topic()), 401);
                        Expect.that(!missing.contains("error="), "without a token there is no error: " + missing);
                        Expect.that(missing.contains("resource_metadata="), "no resource_metadata: " + missing);
                        String bad = hub.token().publish("*").lifetime(-60).sign();
                        String invalid = challenge(hub.postAs(bad, "topic", hub.topic()), 401);
                        Expect.that(invalid.contains("error=\"invalid_token\""), invalid);
                        String narrow = hub.token().publish(hub.topic()).sign();
                        String scope = challenge(hub.postAs(narrow, "topic", hub.topic()), 403);
                        Expect.that(scope.contains("error=\"insufficient_scope\""), scope);
                    })
                    .only(8),
            must("A11", "a publish by cookie needs an allowed origin", AuthorizationChecks::crossSite),
            must("A12", "selectors never widen what a token grants", hub -> {
                hub.needsKey();
                String granted = hub.topic();
                String token = hub.token().subscribe(granted).sign();
                Reading reading = hub.read(hub.select("*"), "Authorization", "Bearer " + token);
                hub.publish("topic", hub.topic(), "data", "not granted " + granted, "private", "on");
                hub.publish("topic", granted, "data", "granted", "private", "on");
                Expect.that(
                        !reading.dataUpTo("granted").contains("not granted " + granted),
                        "an update came that was not granted");
            }),
            must("A13", "a grant for an alternate topic is enough", hub -> {
                hub.needsKey();
                String canonical = hub.topic();
                String alternate = hub.topic();
                String token = hub.token().subscribe(alternate).sign();
                Reading reading = hub.read(hub.select(canonical), "Authorization", "Bearer " + token);
                hub.publish("topic", canonical, "data", "no", "private", "on");
                hub.publish("topic", canonical, "topic", alternate, "data", "yes", "private", "on");
                Expect.equal(List.of("yes"), reading.dataUpTo("yes"), "received");
            }),
            must("A14", "the scheme is case-insensitive, malformed headers are 400", hub -> {
                        hub.needsKey();
                        String body = Client.form("topic", hub.topic());
                        String token = hub.fullToken();
                        Expect.status(hub.postBody(body, "Authorization", "bEARER " + token), "bEARER", 200);
                        for (String field : List.of("Bearer", "Bearer x", "Basic YTpi", "Bearer a b")) {
                            HttpResponse<String> answer = hub.postBody(body, "Authorization", field);
                            Expect.that(
                                    challenge(answer, 400).contains("error=\"invalid_request\""),
                                    "for '" + field + "'");
                        }
                        HttpResponse<String> twice = hub.postBody(
                                body, "Authorization", "Bearer " + token, "Authorization", "Bearer " + token);
                        Expect.that(challenge(twice, 400).contains("error=\"invalid_request\""), "for two headers");
                    })
                    .only(8));

    private AuthorizationChecks() {}

    private static String challenge(HttpResponse<String> answer, int status) {
        Expect.status(answer, "refusal", status);
        return answer.headers().firstValue("WWW-Authenticate").orElse("there is no WWW-Authenticate");
    }

    private static void precedence(Client hub) throws Exception {
        hub.needsKey();
        String topic = hub.topic();
        String narrow = hub.token().subscribe(hub.topic()).sign();
        String full = hub.fullToken();
        Reading byHeader = hub.read(hub.select(topic), "Authorization", "Bearer " + narrow, "Cookie", hub.cookie(full));
        Reading byCookie = hub.read(hub.select(topic), "Cookie", hub.cookie(full));
        hub.publish("topic", topic, "data", "private", "private", "on");
        hub.publish("topic", topic, "data", "public");
        Expect.equal(List.of("public"), byHeader.dataUpTo("public"), "the header counts");
        Expect.equal(List.of("private", "public"), byCookie.dataUpTo("public"), "a cookie counts alone");
        String forged = hub.token()
                .subscribe("*")
                .key("another key, as long as the one of the hub")
                .sign();
        int status = hub.getStatus(hub.select(topic), "Authorization", "Bearer " + forged, "Cookie", hub.cookie(full));
        Expect.equal(401, status, "a forged header beside a good cookie");
        if (!hub.target().is08()) {
            Reading query = hub.read(hub.select(topic) + "&authorization=" + full, "Cookie", hub.cookie(narrow));
            hub.publish("topic", topic, "data", "private", "private", "on");
            Expect.equal("private", query.event().data(), "the query beats the cookie");
        }
    }

    private static void crossSite(Client hub) throws Exception {
        hub.needsOrigin();
        String allowed = String.valueOf(hub.target().origin());
        String cookie = hub.cookie(hub.fullToken());
        String body = Client.form("topic", hub.topic());
        int[] refused = hub.target().is08() ? new int[] {400} : new int[] {401, 403};
        Expect.status(hub.postBody(body, "Cookie", cookie), "neither Origin nor Referer", refused);
        Expect.status(
                hub.postBody(body, "Cookie", cookie, "Origin", "https://evil.example"), "foreign Origin", refused);
        Expect.status(
                hub.postBody(body, "Cookie", cookie, "Referer", "https://evil.example/x"), "foreign Referer", refused);
        Expect.status(hub.postBody(body, "Cookie", cookie, "Referer", "not a URL"), "invalid Referer", refused);
        Expect.status(
                hub.postBody(body, "Cookie", cookie, "Origin", "https://evil.example", "Referer", allowed + "/x"),
                "Origin beats Referer",
                refused);
        Expect.status(hub.postBody(body, "Cookie", cookie, "Origin", allowed), "allowed Origin", 200);
        Expect.status(hub.postBody(body, "Cookie", cookie, "Referer", allowed + "/x"), "allowed Referer", 200);
        hub.read(hub.select(hub.topic()), "Cookie", cookie).close();
    }
}

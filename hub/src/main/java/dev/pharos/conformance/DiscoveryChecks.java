package dev.pharos.conformance;

import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.outOfReach;
import static dev.pharos.conformance.Check.should;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;

/** Metadata, and pages of other sites. */
final class DiscoveryChecks {

    static final List<Check> ALL = List.of(
            must("D01", "the metadata names the resource", hub -> {
                        hub.needsKey();
                        String body =
                                Expect.status(metadata(hub), "metadata", 200).body();
                        String flat = body.replace(" ", "");
                        Expect.that(
                                flat.contains("\"resource\":"
                                        + Token.quoted(hub.target().audience())),
                                "the resource is not the audience: " + body);
                        Expect.that(flat.contains("\"bearer_methods_supported\":[\"header\"]"), body);
                        Expect.that(flat.contains("https://mercure.rocks/authorization-detail"), body);
                    })
                    .only(8),
            should("D02", "a hub without keys has no metadata", hub -> {
                        if (hub.target().key() != null) {
                            throw new Check.SkippedException("the hub has a key");
                        }
                        hub.getStatus(hub.select(hub.topic())); // a hub that lets nobody in has keys
                        Expect.status(metadata(hub), "metadata", 404);
                    })
                    .only(8),
            should("D03", "the metadata names the cookie", hub -> {
                        hub.needsKey();
                        Expect.that(metadata(hub).body().contains("\"mercure_cookie\""), "it does not");
                    })
                    .only(8),
            outOfReach("D04", "each public URL has its own identity", "a hub with several public URLs")
                    .only(8),
            must("C01", "a preflight allows what clients send", hub -> {
                hub.needsOrigin();
                HttpResponse<String> answer = hub.send(
                        "OPTIONS",
                        hub.target().url().toString(),
                        null,
                        "Origin",
                        origin(hub),
                        "Access-Control-Request-Method",
                        "GET",
                        "Access-Control-Request-Headers",
                        "authorization,last-event-id");
                Expect.status(answer, "OPTIONS", 200, 204);
                String allowed = field(answer, "Access-Control-Allow-Headers").toLowerCase(Locale.ROOT);
                Expect.that(allowed.contains("authorization") && allowed.contains("last-event-id"), allowed);
            }),
            must("C02", "an allowed site may read with credentials", hub -> {
                hub.needsOrigin();
                Reading reading = hub.read(hub.select(hub.topic()), "Origin", origin(hub));
                Expect.equal(origin(hub), reading.header("Access-Control-Allow-Origin"), "allowed origin");
                Expect.equal("true", reading.header("Access-Control-Allow-Credentials"), "credentials");
            }),
            must("C03", "another site may not", hub -> {
                hub.needsOrigin();
                Reading reading = hub.read(hub.select(hub.topic()), "Origin", "https://evil.example");
                String allowed = reading.header("Access-Control-Allow-Origin");
                Expect.that(allowed == null || allowed.equals("*"), "allowed is " + allowed);
            }),
            must("C04", "* never goes with credentials", hub -> {
                Reading reading = hub.read(hub.select(hub.topic()), "Origin", "https://anybody.example");
                if ("*".equals(reading.header("Access-Control-Allow-Origin"))) {
                    Expect.equal(null, reading.header("Access-Control-Allow-Credentials"), "credentials");
                }
            }));

    private DiscoveryChecks() {}

    private static HttpResponse<String> metadata(Client hub) throws Exception {
        String url = hub.target().site() + "/.well-known/oauth-protected-resource"
                + hub.target().path();
        return hub.send("GET", url, null);
    }

    private static String origin(Client hub) {
        return String.valueOf(hub.target().origin());
    }

    private static String field(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("there is no " + name);
    }
}

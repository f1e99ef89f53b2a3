package dev.pharos.conformance;

import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.should;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Publishing. */
final class PublishChecks {

    static final List<Check> ALL = List.of(
            must("P01", "the answer is the id, and readers get the same", hub -> {
                String topic = hub.topic();
                Reading reading = hub.read(hub.select(topic));
                String own = "urn:conformance:" + hub.topic().hashCode() + ":" + System.nanoTime();
                HttpResponse<String> answer = Expect.status(hub.post("topic", topic, "id", own), "POST", 200);
                String type = answer.headers().firstValue("Content-Type").orElse("none");
                String wanted = hub.target().is08() ? "text/plain; charset=utf-8" : "text/plain";
                Expect.that(
                        type.replace(" ", "").toLowerCase(Locale.ROOT).startsWith(wanted.replace(" ", "")),
                        "Content-Type is " + type);
                Expect.equal(answer.body().strip(), reading.event().id(), "the id of the event");
            }),
            must("P02", "ids are generated, and unique", hub -> {
                String topic = hub.topic();
                Reading reading = hub.read(hub.select(topic));
                Set<String> ids = new HashSet<>();
                for (int i = 0; i < 10; i++) {
                    String id = hub.publish("topic", topic);
                    Expect.that(id.startsWith("#") || id.matches("[a-z][a-z0-9+.-]*:\\S+"), "the id is no IRI: " + id);
                    Expect.that(ids.add(id), "the id is not unique: " + id);
                    Expect.equal(id, reading.event().id(), "the id of the event");
                }
            }),
            must("P03", "no topic and other content types are 400, no data is 200", hub -> {
                Expect.status(hub.post("data", "d"), "no topic", 400);
                String body = Client.form("topic", hub.topic());
                String token = hub.target().key() == null ? "" : hub.fullToken();
                String[] headers = token.isEmpty()
                        ? new String[] {"Content-Type", "application/json"}
                        : new String[] {"Content-Type", "application/json", "Authorization", "Bearer " + token};
                Expect.status(hub.postBody(body, headers), "JSON", 400);
                hub.publish("topic", hub.topic());
            }),
            must("P04", "a reader of any topic gets the update", hub -> {
                String a = hub.topic();
                String b = hub.topic();
                Reading canonical = hub.read(hub.select(a));
                Reading alternate = hub.read(hub.select(b));
                hub.publish("topic", a, "topic", b, "data", "d");
                Expect.equal("d", canonical.event().data(), "by the canonical topic");
                Expect.equal("d", alternate.event().data(), "by the alternate topic");
            }),
            must("P05", "an update is private when the field is there, whatever its value", hub -> {
                String topic = hub.topic();
                Reading anonymous = hub.read(hub.select(topic));
                for (String value : List.of("", "0", "false", "on")) {
                    hub.publish("topic", topic, "data", "private " + value, "private", value);
                }
                hub.publish("topic", topic, "data", "public");
                Expect.equal(List.of("public"), anonymous.dataUpTo("public"), "received");
            }),
            must("P06", "private updates come to those with a grant alone", hub -> {
                hub.needsKey();
                String topic = hub.topic();
                Reading without = hub.read(
                        hub.select(topic),
                        "Authorization",
                        "Bearer " + hub.token().subscribe(hub.topic()).sign());
                Reading with = hub.read(
                        hub.select(topic),
                        "Authorization",
                        "Bearer " + hub.token().subscribe(topic).sign());
                hub.publish("topic", topic, "data", "private", "private", "on");
                hub.publish("topic", topic, "data", "public");
                Expect.equal(List.of("public"), without.dataUpTo("public"), "without a grant");
                Expect.equal(List.of("private", "public"), with.dataUpTo("public"), "with a grant");
            }),
            must("P07", "reserved ids, and those with invisible characters, are 400", hub -> {
                        for (String id : List.of("#1", "earliest", "a\nb", "a\rb", "a\0b", "a\u202Eb", "a\u0085b")) {
                            Expect.status(hub.post("topic", hub.topic(), "id", id), "id " + id, 400);
                        }
                    })
                    .only(8),
            must(
                            "P07",
                            "ids that begin with # are 400",
                            hub -> Expect.status(hub.post("topic", hub.topic(), "id", "#1"), "id #1", 400))
                    .only(7),
            must("P08", "the type mercure, and those with invisible characters, are 400", hub -> {
                        for (String type : List.of("mercure", "a\nb", "a\rb", "a\0b", "a\u200Bb")) {
                            Expect.status(hub.post("topic", hub.topic(), "type", type), "type " + type, 400);
                        }
                    })
                    .only(8),
            must("P09", "retry has digits alone", hub -> {
                String topic = hub.topic();
                for (String retry : List.of("abc", "-1", "1.5", "+1", "1 ")) {
                    Expect.status(hub.post("topic", topic, "retry", retry), "retry " + retry, 400);
                }
                Reading reading = hub.read(hub.select(topic));
                hub.publish("topic", topic, "retry", "4321");
                Expect.equal("4321", reading.event().retry(), "retry");
            }),
            must("P10", "the hub's own namespace is reserved", PublishChecks::reserved),
            must("P11", "the topic *, invisible characters and what is not UTF-8 are 400", hub -> {
                        for (String topic : List.of("*", "a\0b", "a\nb", "a\u202Eb")) {
                            Expect.status(hub.post("topic", topic), "topic " + topic, 400);
                            Expect.status(hub.post("topic", hub.topic(), "topic", topic), "second topic", 400);
                        }
                        for (String body : List.of("topic=a%FF", "topic=a&data=%FF")) {
                            Expect.status(authorized(hub, body), body, 400);
                        }
                    })
                    .only(8),
            must("P12", "unknown fields are ignored", hub -> hub.publish("topic", hub.topic(), "unknown", "x")),
            should("P13", "too large bodies and too many topics are 413", hub -> {
                Expect.status(hub.post("topic", hub.topic(), "data", "x".repeat(1_060_000)), "a large body", 413);
                for (int topics : new int[] {999, 5_000}) {
                    List<String> fields = new ArrayList<>();
                    for (int i = 0; i < topics; i++) {
                        fields.add("topic");
                        fields.add("urn:t:" + i);
                    }
                    Expect.status(hub.post(fields.toArray(String[]::new)), topics + " topics", 413);
                }
            }),
            must("P14", "a token that covers only some topics publishes nothing", hub -> {
                hub.needsKey();
                String a = hub.topic();
                String b = hub.topic();
                Reading reading = hub.read(hub.select(a, b));
                int[] statuses = hub.target().is08() ? new int[] {403} : new int[] {403, 401};
                String token = hub.token().publish(a).sign();
                Expect.status(hub.postAs(token, "topic", a, "topic", b, "data", "no"), "both topics", statuses);
                Expect.status(hub.postAs(token, "topic", b, "data", "no"), "the other topic", statuses);
                Expect.status(hub.postAs(token, "topic", a, "data", "yes"), "its topic", 200);
                Expect.equal(List.of("yes"), reading.dataUpTo("yes"), "received");
            }),
            must("P15", "a token that grants nothing publishes nothing, * grants all", hub -> {
                hub.needsKey();
                String topic = hub.topic();
                int[] statuses = hub.target().is08() ? new int[] {403} : new int[] {403, 401};
                String none = hub.token().subscribe("*").sign();
                Expect.status(hub.postAs(none, "topic", topic), "no grant", statuses);
                Expect.status(hub.postAs(hub.token().publish("*").sign(), "topic", topic), "*", 200);
                Expect.status(hub.postAs(null, "topic", topic), "no token", 401);
            }),
            must("P16", "a reader gets updates in the order of their publication", hub -> {
                String topic = hub.topic();
                Reading reading = hub.read(hub.select(topic));
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    ids.add(hub.publish("topic", topic, "data", String.valueOf(i)));
                }
                for (String id : ids) {
                    Expect.equal(id, reading.event().id(), "id");
                }
            }),
            must("P17", "no form makes the hub fail", PublishChecks::fuzz));

    private PublishChecks() {}

    private static HttpResponse<String> authorized(Client hub, String body) throws Exception {
        return hub.target().key() == null
                ? hub.postBody(body)
                : hub.postBody(body, "Authorization", "Bearer " + hub.fullToken());
    }

    private static void reserved(Client hub) throws Exception {
        String path = hub.target().path();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String parent = path.substring(0, path.lastIndexOf('/') + 1);
        int status = hub.target().is08() ? 400 : 403;
        String escaped = "%" + Integer.toHexString(last.charAt(0)) + last.substring(1);
        for (String topic : List.of(
                "",
                path,
                "https://elsewhere.example" + path,
                hub.target().site() + path + "/subscriptions/x",
                "http://elsewhere.example" + path + "/x",
                last + "/x",
                parent + escaped + "/x",
                path.replace('/', '\\') + "\\x",
                path + "/../" + last + "/x")) {
            Expect.status(hub.post("topic", topic), "topic '" + topic + "'", status);
            Expect.status(hub.post("topic", hub.topic(), "topic", topic), "alternate '" + topic + "'", status);
        }
        for (String topic : List.of(
                path + "-dashboard",
                path + "XXX",
                "/foo" + path + "/bar",
                "../" + last + "x/x",
                "urn:x:" + last,
                "a plain topic",
                "subscriptions/foo",
                "bar")) {
            Expect.status(hub.post("topic", topic), "topic '" + topic + "'", 200);
        }
    }

    private static void fuzz(Client hub) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] words = {
            "topic",
            "=",
            "&",
            "data",
            "id",
            "type",
            "retry",
            "private",
            "%",
            "%00",
            "%0a",
            "%FF",
            "+",
            "#",
            "*",
            "x",
            "é",
            "earliest",
            "mercure",
            "1",
            "-",
            "{",
            "}",
            "[",
            ";"
        };
        for (int i = 0; i < 200; i++) {
            StringBuilder body = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                body.append(words[random.nextInt(words.length)]);
            }
            int status = authorized(hub, body.toString()).statusCode();
            Expect.that(status < 500, "status " + status + " for '" + body + "' (seed " + seed + ")");
        }
    }
}

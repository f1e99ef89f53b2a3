package dev.pharos.conformance;

import static dev.pharos.conformance.Check.may;
import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.outOfReach;
import static dev.pharos.conformance.Check.should;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Subscribing. */
final class SubscribeChecks {

    private static final int MANY_STREAMS = 120;

    static final List<Check> ALL = List.of(
            must("S01", "a stream is open before anything is published", hub -> {
                try (Reading reading = hub.read(hub.select(hub.topic()))) {
                    String type = String.valueOf(reading.header("Content-Type"));
                    Expect.that(type.startsWith("text/event-stream"), "Content-Type is " + type);
                }
            }),
            must("S02", "no selector is 400", hub -> Expect.equal(400, hub.getStatus(""), "status")),
            must("S03", "an update that two selectors match comes once", SubscribeChecks::once),
            must("S04", "exact topics are compared byte by byte", SubscribeChecks::exact),
            must("S04-braces", "braces in an exact matcher are literal", hub -> {
                        String topic = hub.topic();
                        Reading reading = hub.read(hub.select(topic + "/{id}", topic));
                        hub.publish("topic", topic + "/1", "data", "no");
                        hub.publish("topic", topic + "/{id}", "data", "yes");
                        Expect.equal(List.of("yes"), reading.dataUpTo("yes"), "received");
                    })
                    .only(8),
            must("S05", "URI templates, their own text and * match", SubscribeChecks::templates)
                    .only(7),
            must("S06", "URL patterns match", SubscribeChecks::patterns).only(8),
            must("S07", "relative patterns and topics are resolved against the hub's URL", SubscribeChecks::relative)
                    .only(8),
            must("S08", "unknown names that begin with match are 400", hub -> {
                        for (String name : List.of(
                                "Match", "MATCH", "matchurlpattern", "match_exactly", "matchRegexp", "match_foo")) {
                            Expect.equal(400, hub.getStatus("match=a&" + name + "=a"), "status for " + name);
                        }
                        hub.read("match=a&rematch=b&foo=c").close();
                    })
                    .only(8),
            must("S09", "invisible characters and malformed patterns are 400, in few words", SubscribeChecks::malformed)
                    .only(8),
            should("S10", "too many and too long selectors are 400", hub -> {
                List<String> many = new ArrayList<>();
                for (int i = 0; i < 150; i++) {
                    many.add("a" + i);
                }
                Expect.equal(400, hub.getStatus(hub.select(many.toArray(String[]::new))), "status of 150 selectors");
                Expect.equal(400, hub.getStatus(hub.select("a".repeat(5_000))), "status of a selector of 5000 bytes");
            }),
            must("S11", "pathological patterns hold up nobody", SubscribeChecks::pathological)
                    .only(8),
            may("S12", "QUERY takes selectors from its body and the URL", SubscribeChecks::query)
                    .only(8),
            must("S13", "line breaks in data are kept, and cannot forge fields", SubscribeChecks::lines),
            must("S14", "type, id and retry are delivered", hub -> {
                String topic = hub.topic();
                Reading reading = hub.read(hub.select(topic));
                String id = hub.publish("topic", topic, "data", "d", "type", "t", "retry", "123", "id", hub.topic());
                Expect.equal(new Reading.Message("t", id, "d", "123"), reading.event(), "event");
            }),
            should("S15", "a silent stream has comments", hub -> {
                Reading reading = hub.read(hub.select(hub.topic()));
                Reading.Piece next = reading.next(hub.target().heartbeatSeconds() * 1_000L + 3_000);
                Expect.that(next instanceof Reading.Comment, "instead of a comment came " + next);
            }),
            must("S16", "every event has an id", hub -> {
                String topic = hub.topic();
                Reading reading = hub.read(hub.select(topic));
                hub.publish("topic", topic, "data", "1");
                hub.publish("topic", topic, "data", "2", "id", hub.topic());
                for (int i = 0; i < 2; i++) {
                    String id = reading.event().id();
                    Expect.that(id != null && !id.isEmpty(), "an event has no id");
                }
            }),
            should("S17", "a page may have more than a hundred streams", SubscribeChecks::manyStreams),
            outOfReach("S17-http2", "they share a connection of HTTP/2", "a client that speaks HTTP/2"),
            outOfReach("S18", "too many connections are 429", "a hub with low caps"),
            must("S19", "other methods are 405, HEAD is answered at once", hub -> {
                for (String method : List.of("PUT", "DELETE", "PATCH")) {
                    Expect.status(hub.send(method, hub.target().url().toString(), ""), method, 405);
                }
                HttpResponse<String> head = hub.ask("HEAD", hub.select(hub.topic()));
                Expect.equal("", Expect.status(head, "HEAD", 200).body(), "body of HEAD");
            }),
            outOfReach("S20", "a store that refuses is 503", "a hub whose store fails"));

    private SubscribeChecks() {}

    private static void once(Client hub) throws Exception {
        String a = hub.topic();
        String b = hub.topic();
        Reading reading = hub.read(hub.select(a, b));
        hub.publish("topic", a, "data", "a");
        hub.publish("topic", b, "data", "b");
        hub.publish("topic", a, "topic", b, "data", "both");
        hub.publish("topic", a, "data", "last");
        Expect.equal(List.of("a", "b", "both", "last"), reading.dataUpTo("last"), "received");
    }

    private static void manyStreams(Client hub) throws Exception {
        String topic = hub.topic();
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < MANY_STREAMS; i++) {
            readings.add(hub.read(hub.select(topic)));
        }
        String id = hub.publish("topic", topic, "data", "to all");
        for (Reading reading : readings) {
            Expect.equal(id, reading.event().id(), "id of the event on one of " + MANY_STREAMS + " streams");
        }
    }

    private static void exact(Client hub) throws Exception {
        String topic = hub.topic() + "/\u00E9A";
        Reading reading = hub.read(hub.select(topic));
        hub.publish("topic", topic.replace("\u00E9", "e\u0301"), "data", "decomposed");
        hub.publish("topic", topic.replace("A", "a"), "data", "lower case");
        hub.publish("topic", topic.replace("\u00E9", "%C3%A9"), "data", "encoded");
        hub.publish("topic", topic + "/", "data", "longer");
        hub.publish("topic", topic, "data", "exact");
        Expect.equal(List.of("exact"), reading.dataUpTo("exact"), "received");
    }

    private static void templates(Client hub) throws Exception {
        String topic = hub.topic();
        Reading template = hub.read(hub.select(topic + "/{id}"));
        Reading all = hub.read(hub.select("*"));
        hub.publish("topic", hub.topic() + "/1", "data", "other");
        hub.publish("topic", topic + "/1", "data", "expansion");
        hub.publish("topic", topic + "/{id}", "data", "itself");
        Expect.equal(List.of("expansion", "itself"), template.dataUpTo("itself"), "by template");
        List<String> everything = all.dataUpTo("itself");
        Expect.that(everything.contains("other") && everything.contains("expansion"), "by *: " + everything);
    }

    private static void patterns(Client hub) throws Exception {
        String topic = hub.topic();
        Reading named = hub.read(hub.pattern(topic + "/:id"));
        Reading wild = hub.read(hub.pattern(topic + "/*"));
        Reading several = hub.read(hub.pattern(topic + "/:a/x{/:b}?"));
        Reading all = hub.read(hub.pattern("*"));
        hub.publish("topic", topic.replace("/conformance", "/CONFORMANCE") + "/host", "data", "host");
        hub.publish("topic", topic + "/a/x", "data", "groups");
        hub.publish("topic", topic + "/a/x/b", "data", "more");
        hub.publish("topic", topic + "/a/X", "data", "case");
        hub.publish("topic", topic + "/last", "topic", topic + "/last/x", "data", "last");
        Expect.equal(List.of("host", "last"), named.dataUpTo("last"), "by :id");
        Expect.equal(List.of("host", "groups", "more", "case", "last"), wild.dataUpTo("last"), "by *");
        Expect.equal(List.of("groups", "more", "last"), several.dataUpTo("last"), "by groups");
        Expect.that(all.dataUpTo("last").contains("case"), "the matcher * matches every topic");
    }

    private static void relative(Client hub) throws Exception {
        String path = "/" + hub.topic().substring(hub.topic().lastIndexOf('/') + 1) + "/relative";
        Reading relative = hub.read(hub.pattern(path + "/:id"));
        Reading absolute = hub.read(hub.pattern(hub.target().site() + path + "/:id"));
        Reading all = hub.read(hub.pattern("http*://*:*/*"));
        hub.publish("topic", path + "/1", "data", "relative");
        hub.publish("topic", hub.target().site() + path + "/2", "data", "absolute");
        hub.publish("topic", "https://elsewhere.example" + path + "/3", "data", "elsewhere");
        hub.publish("topic", "https://[not/a/url", "data", "no URL");
        hub.publish("topic", path + "/last", "data", "last");
        Expect.equal(List.of("relative", "absolute", "last"), relative.dataUpTo("last"), "by a relative pattern");
        Expect.equal(List.of("relative", "absolute", "last"), absolute.dataUpTo("last"), "by an absolute pattern");
        Expect.that(!all.dataUpTo("last").contains("no URL"), "a topic that is no URL matches no pattern");
    }

    private static void malformed(Client hub) throws Exception {
        for (String bad : List.of("%00", "%0A", "%7F", "%C2%85", "%E2%80%AE", "%E2%80%8B", "%FF")) {
            Expect.equal(400, hub.getStatus("match=a" + bad), "status for match=a" + bad);
            Expect.equal(400, hub.getStatus("match_urlpattern=/a" + bad), "status for match_urlpattern=/a" + bad);
        }
        for (String bad : List.of("{unclosed", "[(")) {
            String body =
                    Expect.status(hub.ask("GET", hub.pattern(bad)), bad, 400).body();
            Expect.that(body.length() < 300 && !body.contains("Exception") && !body.contains("0x"), "it says " + body);
        }
    }

    private static void pathological(Client hub) throws Exception {
        String topic = hub.topic();
        for (String pattern :
                List.of("/(a*)*b", "/((?:a+)+)b", "/((?:a|a)*)b", "/" + "*a".repeat(20) + "b", "/((?:a?){30}a{30})b")) {
            Reading reading = hub.open(hub.pattern("https://conformance.example" + pattern));
            Expect.status(reading.answer(), pattern, 200, 400);
        }
        Reading other = hub.read(hub.select(topic));
        long start = System.nanoTime();
        hub.publish("topic", "https://conformance.example/" + "a".repeat(2_000), "data", "bomb");
        hub.publish("topic", topic, "data", "after");
        other.dataUpTo("after");
        long millis = (System.nanoTime() - start) / 1_000_000;
        Expect.that(millis < 1_000, "others waited " + millis + " ms");
    }

    private static void query(Client hub) throws Exception {
        String a = hub.topic();
        String b = hub.topic();
        String id = hub.publish("topic", a, "data", "before");
        hub.publish("topic", a, "data", "missed");
        String url = hub.target().url() + "?" + hub.select(a) + "&last_event_id=" + Client.encoded(id);
        Reading reading = hub.query(url, hub.select(b) + "&last_event_id=earliest");
        if (reading.answer().statusCode() == 405 || reading.answer().statusCode() == 501) {
            throw new Check.SkippedException("the hub has no QUERY");
        }
        Expect.status(reading.answer(), "QUERY", 200);
        Expect.equal("missed", reading.event().data(), "the cursor of the URL wins");
        hub.publish("topic", b, "data", "by the body");
        Expect.equal("by the body", reading.event().data(), "received");
        Reading large = hub.query(hub.target().url().toString(), "match=a&x=" + "y".repeat(1_060_000));
        Expect.status(large.answer(), "a large QUERY", 413);
    }

    private static void lines(Client hub) throws Exception {
        String topic = hub.topic();
        Reading reading = hub.read(hub.select(topic));
        String forged = "1\nid: forged\nevent: forged\r2\r\n\r\ndata: 3";
        hub.publish("topic", topic, "data", forged);
        hub.publish("topic", topic, "data", "");
        String large = "x".repeat(1_000_000);
        hub.publish("topic", topic, "data", large);
        Reading.Message event = reading.event();
        Expect.equal("1\nid: forged\nevent: forged\n2\n\ndata: 3", event.data(), "data");
        Expect.equal("message", event.type(), "type");
        Expect.that(!"forged".equals(event.id()), "the id was forged");
        Expect.equal("", reading.event().data(), "empty data");
        Expect.that(reading.event().data().equals(large), "a line of a million characters came otherwise");
    }
}

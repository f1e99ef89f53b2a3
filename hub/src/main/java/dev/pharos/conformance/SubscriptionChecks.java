package dev.pharos.conformance;

import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.should;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Events of subscriptions, and their list. */
final class SubscriptionChecks {

    private static final Pattern ID = Pattern.compile("\"id\":\\s*\"([^\"]+)\"");
    private static final Pattern SUBSCRIBER = Pattern.compile("\"subscriber\":\\s*\"([^\"]+)\"");

    static final List<Check> ALL = List.of(
            must("E01", "a subscription is announced when it begins and when it ends", SubscriptionChecks::announced),
            must("E02", "those without a grant hear nothing", hub -> {
                hub.needsSubscriptions();
                Reading anonymous = hub.read(hub.select("*"));
                String topic = hub.topic();
                hub.read(hub.select(topic)).close();
                hub.publish("topic", topic, "data", "last");
                for (String data : anonymous.dataUpTo("last")) {
                    Expect.that(!data.contains(topic), "an event of a subscription came: " + data);
                }
            }),
            must("E03", "a connection has one id, each another", hub -> {
                hub.needsSubscriptions();
                Reading listener = listen(hub);
                String a = hub.topic();
                String b = hub.topic();
                Reading first = hub.read(hub.select(a, b) + "&subscriber=mine", "X-Subscriber", "mine");
                String one = subscriber(next(listener, a, true));
                Expect.equal(one, subscriber(next(listener, b, true)), "of one connection");
                hub.read(hub.select(a));
                String other = subscriber(next(listener, a, true));
                Expect.that(!one.equals(other), "two connections have the id " + one);
                Expect.that(one.startsWith("urn:uuid:") || one.contains(":"), "the id is no IRI: " + one);
                first.close();
            }),
            must("E04", "selectors are encoded once in paths", hub -> {
                hub.needsSubscriptions();
                Reading listener = listen(hub);
                String topic = hub.topic() + "/a%2Fb";
                hub.read(hub.select(topic));
                String event = next(listener, topic, true);
                String path = field(ID, event);
                Expect.that(path.contains("a%252Fb"), "the path is " + path);
                Expect.that(get(hub, path).body().contains(topic), "it is not at its path");
            }),
            must("E05", "lists and single subscriptions have their documents", SubscriptionChecks::documents),
            must("E06", "a list takes a grant for its path", SubscriptionChecks::grants),
            must("E07", "the payload of the token is told", hub -> {
                hub.needsSubscriptions();
                Reading listener = listen(hub);
                String topic = hub.topic();
                String token =
                        hub.token().subscribe(topic).payload("{\"me\":\"one\"}").sign();
                hub.read(hub.select(topic), "Authorization", "Bearer " + token);
                String event = next(listener, topic, true);
                Expect.that(event.replace(" ", "").contains("\"payload\":{\"me\":\"one\"}"), event);
            }),
            should("E08", "other sites' pages may read Link", hub -> {
                hub.needsSubscriptions();
                hub.needsOrigin();
                HttpResponse<String> answer = hub.send(
                        "GET",
                        hub.target().url() + "/subscriptions",
                        null,
                        "Authorization",
                        "Bearer " + hub.fullToken(),
                        "Origin",
                        String.valueOf(hub.target().origin()));
                String exposed = answer.headers()
                        .firstValue("Access-Control-Expose-Headers")
                        .orElse("none");
                Expect.that(exposed.contains("Link"), "exposed are " + exposed);
            }));

    private SubscriptionChecks() {}

    private static Reading listen(Client hub) throws Exception {
        String query = hub.target().is08()
                ? hub.pattern(hub.target().path() + "/subscriptions/:type/:match/:subscriber")
                : hub.select(hub.target().path() + "/subscriptions/{topic}/{subscriber}");
        return hub.read(query, "Authorization", "Bearer " + hub.fullToken());
    }

    /** The next event about a selector. */
    private static String next(Reading listener, String selector, boolean active) throws InterruptedException {
        while (true) {
            Reading.Message event = listener.event();
            String data = event.data();
            if (data.contains(Token.quoted(selector)) && data.replace(" ", "").contains("\"active\":" + active)) {
                return data;
            }
        }
    }

    private static String subscriber(String document) {
        return field(SUBSCRIBER, document);
    }

    private static String field(Pattern pattern, String document) {
        Matcher matcher = pattern.matcher(document);
        Expect.that(matcher.find(), "a field is missing: " + document);
        return matcher.group(1);
    }

    private static HttpResponse<String> get(Client hub, String path, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + hub.fullToken();
        System.arraycopy(headers, 0, all, 2, headers.length);
        return hub.send("GET", hub.target().site() + path, null, all);
    }

    private static void announced(Client hub) throws Exception {
        hub.needsSubscriptions();
        Reading listener = listen(hub);
        String a = hub.topic();
        String b = hub.topic();
        Reading reading = hub.read(hub.select(a, b));
        for (String topic : List.of(a, b)) {
            String begun = next(listener, topic, true);
            String id = field(ID, begun);
            String path =
                    hub.target().path() + "/subscriptions/" + (hub.target().is08() ? "exact/" : "");
            Expect.that(id.startsWith(path + Client.encoded(topic) + "/"), "the id is " + id);
            String flat = begun.replace(" ", "");
            if (hub.target().is08()) {
                Expect.that(flat.contains("\"type\":\"subscription\""), begun);
                Expect.that(flat.contains("\"match_type\":\"exact\""), begun);
            } else {
                Expect.that(flat.contains("\"type\":\"Subscription\""), begun);
                Expect.that(flat.contains("\"@context\":\"https://mercure.rocks/\""), begun);
            }
        }
        reading.close();
        next(listener, a, false);
        next(listener, b, false);
        if (hub.target().is08()) {
            hub.read(hub.select(a));
            Expect.equal("mercure", listener.event().type(), "the type of the event");
        }
    }

    private static void documents(Client hub) throws Exception {
        hub.needsSubscriptions();
        Reading listener = listen(hub);
        String topic = hub.topic();
        hub.read(hub.select(topic));
        String single = field(ID, next(listener, topic, true));
        String ofTopic = single.substring(0, single.lastIndexOf('/'));
        String all = hub.target().path() + "/subscriptions";
        for (String path : List.of(all, ofTopic, single)) {
            HttpResponse<String> answer = Expect.status(get(hub, path), path, 200);
            String type = answer.headers().firstValue("Content-Type").orElse("none");
            String wanted = hub.target().is08() ? "application/json" : "application/ld+json";
            Expect.that(type.startsWith(wanted), "Content-Type of " + path + " is " + type);
            Expect.equal(path, field(ID, answer.body()), "id");
            Expect.that(answer.body().contains(Token.quoted(topic)), "the subscription is not in " + path);
            if (hub.target().is08()) {
                String link = answer.headers().firstValue("Link").orElse("none");
                Expect.that(link.contains("rel=\"mercure\"") && link.contains("last-event-id=\""), "Link is " + link);
            } else {
                Expect.that(answer.body().contains("\"lastEventID\""), "there is no lastEventID in " + path);
            }
            String tag = answer.headers().firstValue("ETag").orElse("none");
            Expect.status(get(hub, path, "If-None-Match", tag), "the same again", 304);
        }
        Expect.status(get(hub, ofTopic + "/urn%3Auuid%3Aunknown"), "an unknown subscriber", 404);
        Expect.status(
                get(hub, all + (hub.target().is08() ? "/exact/%FF" : "/%FF")), "an escape that is not UTF-8", 400);
        if (hub.target().is08()) {
            Expect.status(get(hub, all + "/regexp/a"), "an unknown match type", 400);
        }
    }

    private static void grants(Client hub) throws Exception {
        hub.needsSubscriptions();
        String all = hub.target().url() + "/subscriptions";
        Expect.status(hub.send("GET", all, null), "no token", 401);
        int[] refused = hub.target().is08() ? new int[] {403} : new int[] {403, 401};
        String other = "Bearer " + hub.token().subscribe(hub.topic()).sign();
        Expect.status(hub.send("GET", all, null, "Authorization", other), "no grant", refused);
        String list = "Bearer "
                + hub.token().subscribe(hub.target().path() + "/subscriptions").sign();
        Expect.status(hub.send("GET", all + "?x=y", null, "Authorization", list), "its grant, with a query", 200);
        String below = all + "/" + (hub.target().is08() ? "exact/" : "") + "a";
        Expect.status(hub.send("GET", below, null, "Authorization", list), "a resource below", refused);
    }
}

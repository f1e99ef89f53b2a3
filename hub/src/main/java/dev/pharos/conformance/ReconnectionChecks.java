package dev.pharos.conformance;

import static dev.pharos.conformance.Check.may;
import static dev.pharos.conformance.Check.must;
import static dev.pharos.conformance.Check.outOfReach;
import static dev.pharos.conformance.Check.should;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Coming back with a cursor. */
final class ReconnectionChecks {

    static final List<Check> ALL = List.of(
            should("R01", "a cursor continues without a gap and without repetition", ReconnectionChecks::continues),
            must("R02", "the header beats the query", hub -> {
                String topic = hub.topic();
                String first = hub.publish("topic", topic, "data", "1");
                String second = hub.publish("topic", topic, "data", "2");
                hub.publish("topic", topic, "data", "3");
                Reading reading = hub.read(
                        hub.select(topic) + "&" + parameter(hub) + "=" + Client.encoded(first),
                        "Last-Event-ID",
                        second);
                Expect.equal("3", reading.event().data(), "the first event");
            }),
            must("R03", "the field of the answer is there when a cursor came in", hub -> {
                String topic = hub.topic();
                String id = hub.publish("topic", topic, "data", "1");
                Expect.equal(null, field(hub, hub.read(hub.select(topic))), "without a cursor");
                Expect.equal(id, field(hub, hub.read(hub.select(topic), "Last-Event-ID", id)), "for a known id");
                String query = hub.select(topic) + "&" + parameter(hub) + "=";
                Expect.equal(id, field(hub, hub.read(query + Client.encoded(id))), "for a known id in the query");
                Expect.equal("earliest", field(hub, hub.read(query + "earliest")), "for earliest");
                Expect.that(field(hub, hub.read(query)) != null, "an empty cursor in the query is one");
                Reading empty = hub.read(hub.select(topic), "Last-Event-ID", "");
                Expect.that(field(hub, empty) != null, "an empty header is a cursor");
            }),
            may("R04", "earliest replays the history", hub -> {
                String topic = hub.topic();
                hub.publish("topic", topic, "data", "1");
                hub.publish("topic", topic, "data", "2");
                Reading reading = hub.read(hub.select(topic), "Last-Event-ID", "earliest");
                Expect.equal(List.of("1", "2"), reading.dataUpTo("2"), "received");
            }),
            must("R05", "an unknown id is answered with earliest, and replays nothing", hub -> {
                String topic = hub.topic();
                hub.publish("topic", topic, "data", "old");
                Reading reading = hub.read(hub.select(topic), "Last-Event-ID", "urn:unknown:" + hub.topic());
                Expect.equal("earliest", field(hub, reading), "the field of the answer");
                hub.publish("topic", topic, "data", "new");
                Expect.equal(List.of("new"), reading.dataUpTo("new"), "received");
            }),
            must("R06", "a replay is judged by the token of now", hub -> {
                hub.needsKey();
                String topic = hub.topic();
                String id = hub.publish("topic", topic, "data", "0");
                hub.publish("topic", topic, "data", "private", "private", "on");
                hub.publish("topic", topic, "data", "public");
                Reading anonymous = hub.read(hub.select(topic), "Last-Event-ID", id);
                Expect.equal(List.of("public"), anonymous.dataUpTo("public"), "without a token");
                Reading reader =
                        hub.read(hub.select(topic), "Last-Event-ID", id, "Authorization", "Bearer " + hub.fullToken());
                Expect.equal(List.of("private", "public"), reader.dataUpTo("public"), "with a token");
            }),
            must("R07", "of two updates with an id the earlier counts", hub -> {
                        String topic = hub.topic();
                        String id = "urn:conformance:" + hub.topic();
                        hub.publish("topic", topic, "data", "1", "id", id);
                        hub.publish("topic", topic, "data", "2");
                        hub.publish("topic", topic, "data", "3", "id", id);
                        Reading reading = hub.read(hub.select(topic), "Last-Event-ID", id);
                        Expect.equal(List.of("2", "3"), reading.dataUpTo("3"), "received");
                    })
                    .only(8),
            outOfReach(
                    "R08",
                    "the history is bounded, and outlives a restart",
                    "a hub with a small history, and its restart"),
            outOfReach("R09", "what was acknowledged outlives a kill", "a kill of the hub"));

    private ReconnectionChecks() {}

    private static String parameter(Client hub) {
        return hub.target().is08() ? "last_event_id" : "lastEventID";
    }

    private static @Nullable String field(Client hub, Reading reading) {
        return reading.header(hub.target().is08() ? "Mercure-Last-Event-ID" : "Last-Event-ID");
    }

    private static void continues(Client hub) throws Exception {
        String topic = hub.topic();
        String first = hub.publish("topic", topic, "data", "0");
        for (int i = 1; i < 50; i++) {
            hub.publish("topic", topic, "data", String.valueOf(i));
        }
        CompletableFuture<?> publishing = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 50; i < 100; i++) {
                    hub.publish("topic", topic, "data", String.valueOf(i));
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Reading reading = hub.read(hub.select(topic), "Last-Event-ID", first);
        List<String> expected = new ArrayList<>();
        for (int i = 1; i < 100; i++) {
            expected.add(String.valueOf(i));
        }
        Expect.equal(expected, reading.dataUpTo("99"), "received");
        publishing.join();
    }
}

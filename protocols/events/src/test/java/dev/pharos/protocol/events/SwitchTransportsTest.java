package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Event;
import dev.pharos.protocol.events.RealHub.Carrier;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A reader that changes its transport at any moment, with nothing but its cursor, while others publish: it gets the log's
 * order, exactly once.
 */
@Timeout(120)
class SwitchTransportsTest {

    private static final int EVENTS = 3_000;
    /** More than one leg takes, so that the publisher never waits for a reader that waits for it. */
    private static final int AHEAD = 150;

    /** One reader on its way along the log. */
    private static final class Traveller {
        private final RealHub hub;
        private final Random random;
        private final boolean hasSockets;
        private final List<String> seen = new ArrayList<>();
        /** For the publisher, which stays a little ahead. */
        private final Semaphore room = new Semaphore(AHEAD);

        private int told;

        private final StringBuilder path = new StringBuilder();
        private String cursor = "earliest";

        Traveller(RealHub hub, Random random, boolean hasSockets) {
            this.hub = hub;
            this.random = random;
            this.hasSockets = hasSockets;
        }

        void travel() throws IOException {
            while (seen.size() < EVENTS) {
                makeRoom();
                int leg = Math.min(EVENTS - seen.size(), 1 + random.nextInt(100));
                switch (random.nextInt(hasSockets ? 4 : 3)) {
                    case 0 -> stream(leg);
                    case 1 -> poll(random.nextInt(3));
                    case 2 -> glance();
                    default -> socket(leg);
                }
            }
        }

        private void makeRoom() {
            room.release(seen.size() - told);
            told = seen.size();
        }

        private String byQuery() {
            return "/events?topic=t&topic=u/%7Bn%7D&lastEventId=" + cursor;
        }

        /** As a native EventSource: first by the URL, then by the header. */
        private void stream(int messages) throws IOException {
            path.append('s');
            try (RawHttp http = hub.connect()) {
                http.get(
                                "/events?topic=t&topic=u/%7Bn%7D&lastEventId=earliest",
                                "Last-Event-ID: " + cursor, "Cache-Control: no-cache")
                        .readHead();
                StandardReader reader = new StandardReader();
                while (reader.messages.size() < messages) {
                    byte[] chunk = http.readChunk();
                    assertThat(chunk).isNotNull();
                    reader.read(new String(chunk, StandardCharsets.UTF_8));
                }
                seen.addAll(reader.data());
                cursor = reader.lastEventId;
            }
        }

        /** A stream that is left before anything but its beginning was seen. */
        private void glance() throws IOException {
            path.append('g');
            try (RawHttp http = hub.connect()) {
                http.get(byQuery(), "Cache-Control: no-cache").readHead();
                StandardReader reader = new StandardReader();
                reader.read(new String(http.readChunk(), StandardCharsets.UTF_8));
                seen.addAll(reader.data());
                cursor = reader.lastEventId;
            }
        }

        private void poll(int waitSeconds) throws IOException {
            path.append('p');
            try (RawHttp http = hub.connect()) {
                Map<String, Object> answer =
                        Tree.object(http.get(byQuery() + "&wait=" + waitSeconds, "Accept: application/json")
                                .readAnswer()
                                .text());
                assertThat(answer).containsEntry("state", "resumed");
                Tree.objects(answer, "events").forEach(event -> seen.add(Tree.string(event, "data")));
                cursor = Tree.string(answer, "lastEventId");
            }
        }

        private void socket(int messages) throws IOException {
            path.append('w');
            try (RawHttp http = hub.connect()) {
                RawWebSocket socket = RawWebSocket.open(http, "/events");
                socket.text("{\"type\":\"subscribe\",\"topics\":[\"t\",\"u/{n}\"],\"lastEventId\":\"" + cursor + "\"}");
                for (int got = 0; got < messages; ) {
                    Map<String, Object> frame = Tree.object(socket.readMessage().text());
                    switch (Tree.string(frame, "type")) {
                        case "event" -> {
                            Map<String, Object> event = Tree.object(frame, "event");
                            seen.add(Tree.string(event, "data"));
                            cursor = Tree.string(event, "id");
                            got++;
                        }
                        case "subscribed" -> assertThat(frame).containsEntry("state", "resumed");
                        case "cursor" -> cursor = Tree.string(frame, "lastEventId");
                        default -> throw new AssertionError("unexpected " + frame);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void losesNothingAndRepeatsNothing(Carrier carrier) throws Exception {
        long seed = 20_261_127;
        System.out.println("switch seed " + seed);
        Random random = new Random(seed);
        try (RealHub hub = new RealHub(carrier)) {
            Traveller traveller = new Traveller(hub, random, carrier == Carrier.NETTY);
            Thread publisher = Thread.ofPlatform().start(() -> publish(hub, new Random(seed + 1), traveller.room));
            try {
                traveller.travel();
            } finally {
                traveller.room.release(EVENTS);
                publisher.join();
            }

            List<String> expected = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                expected.add("event " + i);
            }
            assertThat(traveller.seen)
                    .as("seed " + seed + " by " + traveller.path)
                    .isEqualTo(expected);
            System.out.println(carrier + " by " + traveller.path);
        }
    }

    private static void publish(RealHub hub, Random random, Semaphore room) {
        List<Event> batch = new ArrayList<>();
        int published = 0;
        for (int i = 0; i < EVENTS; i++) {
            Event.Builder event =
                    Event.on(random.nextBoolean() ? "t" : "u/" + i % 7).data("event " + i);
            if (random.nextInt(3) == 0) {
                event.id("mine-" + i);
            }
            batch.add(event.build());
            if (random.nextInt(3) == 0) {
                batch.add(Event.of("noise", "not for the traveller"));
            }
            if (random.nextInt(4) == 0 || i == EVENTS - 1) {
                hub.hub.publish(batch).toCompletableFuture().join();
                batch = new ArrayList<>();
                room.acquireUninterruptibly(i + 1 - published);
                published = i + 1;
            }
        }
    }
}

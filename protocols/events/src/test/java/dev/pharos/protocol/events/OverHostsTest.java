package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pharos.hub.Limits;
import dev.pharos.protocol.events.RealHub.Carrier;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawHttp.Answer;
import dev.pharos.testkit.RawHttp.Head;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every row of the wire's table, over real connections to each host. */
@Timeout(120)
class OverHostsTest {

    @Nested
    class OnTheJdksServer extends Rows {
        OnTheJdksServer() {
            super(Carrier.JDK);
        }
    }

    @Nested
    class OnNetty extends Rows {
        OnNetty() {
            super(Carrier.NETTY);
        }
    }

    abstract static class Rows {

        private final Carrier carrier;
        private RealHub hub;

        Rows(Carrier carrier) {
            this.carrier = carrier;
            this.hub = new RealHub(carrier);
        }

        @BeforeEach
        void isUp() {
            assertThat(hub.port()).isPositive();
        }

        @AfterEach
        void close() {
            hub.close();
        }

        private void onNettyOnly(String reason) {
            if (carrier != Carrier.NETTY) {
                System.out.println("not checked on " + carrier + ": " + reason);
            }
            assumeTrue(carrier == Carrier.NETTY, reason);
        }

        private StandardReader read(RawHttp http, StandardReader reader, int messages) throws IOException {
            while (reader.messages.size() < messages) {
                byte[] chunk = http.readChunk();
                assertThat(chunk).as("the stream ended").isNotNull();
                reader.read(new String(chunk, StandardCharsets.UTF_8));
            }
            return reader;
        }

        @Test
        void streams() throws Exception {
            hub.publish("a", "old");
            try (RawHttp http = hub.connect()) {
                Head head = http.get("/events?topic=a&topic=b", "Accept: text/event-stream", "Cache-Control: no-cache")
                        .readHead();
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.get("Content-Type")).isEqualTo("text/event-stream");
                StandardReader reader = new StandardReader();
                reader.read(new String(http.readChunk(), StandardCharsets.UTF_8));
                assertThat(reader.lastEventId).isEqualTo("pos:r1.1");

                hub.publish("a", "1");
                hub.publish("b", "é\r\n2");

                assertThat(read(http, reader, 2).data()).containsExactly("1", "é\n2");
            }
            Awaitility.await().until(() -> {
                hub.publish("a", "so that a host finds out that nobody reads");
                return hub.protocol.counts().streams() == 0;
            });
        }

        /** Connections fall on loops of their own, so that most of this goes from one loop to another. */
        @Test
        void talksBothWaysOverStreamsAndRequests() throws Exception {
            String target = "/events?session=a-session-that-nobody-guesses";
            StandardReader reader = new StandardReader();
            for (int round = 0; round < 5; round++) {
                try (RawHttp http = hub.connect()) {
                    String[] lastId = reader.lastEventId.isEmpty()
                            ? new String[] {"Accept: text/event-stream"}
                            : new String[] {"Accept: text/event-stream", "Last-Event-ID: " + reader.lastEventId};
                    assertThat(http.get(target, lastId).readHead().status()).isEqualTo(200);
                    if (round == 0) {
                        command(target, "{\"type\":\"subscribe\",\"topic\":\"a\"}");
                        read(http, reader, 1);
                    }
                    String publish = "{\"type\":\"publish\",\"event\":{\"topic\":\"a\",\"data\":\"" + round + "\"}}";
                    command(target, publish);
                    read(http, reader, 1 + 3 * round + 2);
                }
                hub.publish("a", "missed"); // while no stream is there
            }
            assertThat(reader.data().stream().filter(data -> data.contains("\"type\":\"event\"")))
                    .hasSize(9)
                    .allSatisfy(data -> assertThat(data).contains("\"topics\":[\"a\"]"));
            assertThat(hub.protocol.counts().sessions()).isOne();
            RawHttp.Answer end = post(target + "&close=true", "");
            assertThat(end.status()).isEqualTo(204);
            Awaitility.await().until(() -> hub.hub.stats().subscriptions() == 0);
        }

        private void command(String target, String json) throws IOException {
            assertThat(post(target, json).status()).isEqualTo(204);
        }

        private RawHttp.Answer post(String target, String body) throws IOException {
            try (RawHttp http = hub.connect()) {
                return http.request("POST", target, "Content-Type: text/plain", "Content-Length: " + body.length())
                        .send(body.getBytes(StandardCharsets.UTF_8))
                        .readAnswer();
            }
        }

        @Test
        void resumesByAHeaderInUtf8() throws Exception {
            assertThat(hub.form("topic=a&id=%E6%97%A5&data=1").text()).isEqualTo("日");
            hub.publish("a", "2");
            try (RawHttp http = hub.connect()) {
                http.send("GET /events?topic=a HTTP/1.1\r\nHost: test\r\nLast-Event-ID: ")
                        .send("日".getBytes(StandardCharsets.UTF_8))
                        .send("\r\n\r\n");
                assertThat(http.readHead().get("Last-Event-ID")).isEqualTo("pos:r1.1");
                assertThat(read(http, new StandardReader(), 1).data()).containsExactly("2");
            }
        }

        @Test
        void polls() throws Exception {
            hub.publish("a", "1", "2");
            Answer answer = hub.get("/events?topic=a&lastEventId=pos:r1.1", "Accept: application/json");

            assertThat(answer.status()).isEqualTo(200);
            Map<String, Object> json = Tree.object(answer.text());
            assertThat(json).containsEntry("state", "resumed").containsEntry("lastEventId", "pos:r1.2");
            assertThat(Tree.objects(json, "events")).hasSize(1);
        }

        @Test
        void waitsWithAPoll() throws Exception {
            try (RawHttp http = hub.connect()) {
                http.get("/events?topic=a&wait=60", "Accept: application/json");
                Awaitility.await().until(() -> hub.hub.stats().subscriptions() == 1);
                hub.publish("a", "1");

                assertThat(Tree.objects(Tree.object(http.readAnswer().text()), "events"))
                        .hasSize(1);
            }
        }

        @Test
        void opensASocketWhereTheHostCan() throws Exception {
            try (RawHttp http = hub.connect()) {
                RawWebSocket.sendHandshake(http, "/events?topic=a", "Sec-WebSocket-Protocol: pharos.v1");
                if (carrier == Carrier.JDK) {
                    Answer answer = http.readAnswer();
                    assertThat(answer.status()).isEqualTo(501);
                    assertThat(answer.text()).contains("WebSocket").hasLineCount(1);
                    return;
                }
                RawWebSocket socket = RawWebSocket.accept(http);
                assertThat(socket.head().get("Sec-WebSocket-Protocol")).isEqualTo("pharos.v1");
                assertThat(Tree.object(socket.readMessage().text())).containsEntry("type", "subscribed");
                socket.text("{\"type\":\"publish\",\"ref\":\"1\",\"event\":{\"topic\":\"a\",\"data\":\"x\"}}");
                Map<String, Object> one = Tree.object(socket.readMessage().text());
                Map<String, Object> two = Tree.object(socket.readMessage().text());
                assertThat(java.util.List.of(one.get("type"), two.get("type")))
                        .containsExactlyInAnyOrder("event", "published");
                hub.publish("a", "y", "z");
                assertThat(socket.readMessage().text()).contains("\"data\":\"y\"");
                assertThat(socket.readMessage().text()).contains("\"data\":\"z\"");
                socket.binary(new byte[] {1});
                RawWebSocket.Frame close = socket.read();
                assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
                assertThat(close.closeCode()).isEqualTo(1003);
            }
        }

        @Test
        void failsASocketThatBreaksTheRules() throws Exception {
            onNettyOnly("the JDK's server has no WebSocket");
            try (RawHttp http = hub.connect()) {
                RawWebSocket socket = RawWebSocket.open(http, "/events?topic=a");
                socket.readMessage();
                socket.send(true, RawWebSocket.TEXT, new byte[] {(byte) 0xC3, '('});
                assertThat(socket.read().closeCode()).isEqualTo(1007);
            }
            try (RawHttp http = hub.connect()) {
                RawWebSocket socket = RawWebSocket.open(http, "/events");
                socket.send(false, RawWebSocket.TEXT, new byte[(1 << 20) + (16 << 10)]);
                socket.send(true, RawWebSocket.CONTINUATION, new byte[1]);
                assertThat(socket.read().closeCode()).isEqualTo(1009);
            }
            Awaitility.await().until(() -> hub.hub.stats().subscriptions() == 0);
        }

        @Test
        void publishesByEachType() throws Exception {
            Answer form = hub.form("topic=a&data=1");
            assertThat(form.status()).isEqualTo(200);
            assertThat(form.head().get("Content-Type")).startsWith("text/plain");
            assertThat(form.text()).isEqualTo("pos:r1.1");

            Answer json = hub.post("application/json", "{\"topic\":\"a\"}");
            assertThat(json.text())
                    .isEqualToIgnoringWhitespace("{\"accepted\":1,\"first\":\"pos:r1.2\",\"last\":\"pos:r1.2\"}");

            Answer lines = hub.post("application/x-ndjson", "{\"topic\":\"a\"}\n{\"topic\":\"a\"}\n");
            assertThat(lines.text())
                    .isEqualToIgnoringWhitespace("{\"accepted\":2,\"first\":\"pos:r1.3\",\"last\":\"pos:r1.4\"}");

            Answer bad = hub.post("application/x-ndjson", "{\"topic\":\"a\"}\n{\"topic\":\"\"}\n");
            assertThat(bad.status()).isEqualTo(400);
            assertThat(Tree.object(bad.text())).containsEntry("accepted", 1L).containsEntry("line", 2L);

            Answer secret = hub.form("topic=a&private=on");
            assertThat(secret.head().get("Pharos-Notice")).contains("private");
        }

        @Test
        void takesAnUploadWithoutEnd() throws Exception {
            try (RawHttp reader = hub.connect();
                    RawHttp upload = hub.connect()) {
                reader.get("/events?topic=a").readHead();
                StandardReader seen = new StandardReader();
                upload.request("POST", "/events", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
                for (int i = 1; i <= 20; i++) {
                    upload.chunk("{\"topic\":\"a\",\"data\":\"" + i + "\"}\n{\"top");
                    assertThat(read(reader, seen, i).messages).hasSize(i);
                    upload.chunk("ic\":\"other\"}\n");
                }
                upload.lastChunk();
                assertThat(Tree.object(upload.readAnswer().text())).containsEntry("accepted", 40L);
            }
        }

        @Test
        void answersABadLineWhileTheUploadGoesOn() throws Exception {
            try (RawHttp upload = hub.connect()) {
                upload.request("POST", "/events", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
                upload.chunk("{\"topic\":\"a\"}\nnonsense\n");
                Answer answer = upload.readAnswer();
                assertThat(answer.status()).isEqualTo(400);
                assertThat(Tree.object(answer.text()))
                        .containsEntry("accepted", 1L)
                        .containsEntry("line", 2L);
            }
        }

        @Test
        void answersHeadAndOptionsAtOnce() throws Exception {
            try (RawHttp http = hub.connect()) {
                Head stream = http.request("HEAD", "/events?topic=a").readHead();
                assertThat(stream.status()).isEqualTo(200);
                assertThat(stream.get("Content-Type")).isEqualTo("text/event-stream");
                Head poll = http.request("HEAD", "/events?topic=a", "Accept: application/json")
                        .readHead();
                assertThat(poll.get("Content-Type")).isEqualTo("application/json");
                assertThat(http.request("HEAD", "/events").readHead().status()).isEqualTo(400);
            }
            try (RawHttp http = hub.connect()) {
                assertThat(http.request("HEAD", "/events?topic=a", "Accept: text/html")
                                .readHead()
                                .status())
                        .isEqualTo(406);
            }
            try (RawHttp http = hub.connect()) {
                Head options = http.request("OPTIONS", "/events").readHead();
                assertThat(options.status()).isEqualTo(204);
                assertThat(options.get("Allow")).isEqualTo("GET, HEAD, POST, QUERY, OPTIONS");
            }
            assertThat(hub.hub.stats().subscriptions()).isZero();
        }

        @Test
        void refusesWithTheRightStatus() throws Exception {
            assertThat(hub.get("/events").status()).isEqualTo(400);
            assertThat(hub.get("/events?topic=%FF").status()).isEqualTo(400);
            assertThat(hub.get("/events?topic=a", "Accept: text/html").status()).isEqualTo(406);
            assertThat(hub.form("topic=a&id=pos:x").status()).isEqualTo(400);
            assertThat(hub.form("topic=a", "Origin: http://evil.example").status())
                    .isEqualTo(403);
            assertThat(hub.form("topic=a", "Origin: http://test").status()).isEqualTo(200);
            assertThat(hub.post("text/plain", "x").status()).isEqualTo(415);
            for (String method : new String[] {"PUT", "DELETE", "PATCH", "BREW"}) {
                try (RawHttp http = hub.connect()) {
                    Answer answer = http.request(method, "/events?topic=a").readAnswer();
                    assertThat(answer.status()).as(method).isEqualTo(405);
                    assertThat(answer.head().get("Allow")).isEqualTo("GET, HEAD, POST, QUERY, OPTIONS");
                    assertThat(answer.text()).contains(method).hasLineCount(1);
                }
            }
        }

        @Test
        void refusesALargeBodyAtOnce() throws Exception {
            try (RawHttp http = hub.connect()) {
                http.request(
                        "POST",
                        "/events",
                        "Content-Type: application/json",
                        "Content-Length: 1048577",
                        "Expect: 100-continue");
                Head head = http.readHead();
                if (head.status() == 100) {
                    assertThat(carrier).isEqualTo(Carrier.JDK); // it sends this by itself
                    head = http.readHead();
                }
                assertThat(head.status()).isEqualTo(413);
            }
        }

        @Test
        void refusesALargeBodyThatIsSentAllTheSame() throws Exception {
            onNettyOnly("the JDK's server resets a connection whose body it did not read");
            assertThat(hub.post("application/json", "x".repeat((1 << 20) + 1)).status())
                    .isEqualTo(413);
        }

        @Test
        void sendsReadersAwayWhenItIsFull() throws Exception {
            hub.close();
            hub = new RealHub(carrier, Limits.DEFAULT.withSubscriptions(0), EventsOptions.DEFAULT);

            Answer stream = hub.get("/events?topic=a", "Cache-Control: no-cache");
            assertThat(stream.status()).isEqualTo(200);
            StandardReader reader = StandardReader.of(stream.text());
            assertThat(reader.lastEventId).isEqualTo("pos:r1.0");
            assertThat(reader.retry).isPositive();

            Answer poll = hub.get("/events?topic=a", "Accept: application/json");
            assertThat(poll.status()).isEqualTo(503);
            assertThat(poll.head().get("Retry-After")).matches("[1-9]");
            assertThat(hub.form("topic=a").status()).isEqualTo(200);
        }

        @Test
        void endsStreamsCleanlyWhenItStops() throws Exception {
            try (RawHttp http = hub.connect();
                    RawHttp poll = hub.connect()) {
                http.get("/events?topic=a", "Cache-Control: no-cache").readHead();
                poll.get("/events?topic=a", "Accept: application/json");
                Awaitility.await().until(() -> hub.hub.stats().subscriptions() == 2);

                hub.hub.drain();

                StandardReader reader = new StandardReader();
                for (byte[] chunk = http.readChunk(); chunk != null; chunk = http.readChunk()) {
                    reader.read(new String(chunk, StandardCharsets.UTF_8));
                }
                assertThat(reader.retry).isBetween(2_600L, 5_400L);
                assertThat(poll.readAnswer().status()).isEqualTo(200);
            }
        }

        @Test
        void answersAnyInputBelow500() throws Exception {
            long seed = 20_261_126;
            System.out.println("fuzz seed " + seed);
            Random random = new Random(seed);
            Mutator mutator = new Mutator(random);
            for (int i = 0; i < 300; i++) {
                boolean form = random.nextBoolean();
                byte[] body = mutator.mutate((form ? "topic=a&data=x&id=i" : "{\"topic\":\"a\",\"data\":\"x\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
                String type = form
                        ? "application/x-www-form-urlencoded"
                        : random.nextBoolean() ? "application/json" : "application/x-ndjson";
                int status = hub.post(type, body).status();
                assertThat(status).as("seed " + seed + ", round " + i).isBetween(200, 499);
            }
            for (int i = 0; i < 300; i++) {
                String query = new String(
                                mutator.mutate(
                                        "topic=a&wait=0&lastEventId=pos:r1.1&last=1".getBytes(StandardCharsets.UTF_8)),
                                StandardCharsets.ISO_8859_1)
                        .replaceAll("[\\x00-\\x20\\x7f-\\xff]|wait=[^0]", "_");
                try (RawHttp http = hub.connect()) {
                    Head head = http.get("/events?" + query, "Accept: application/json", "Prefer: wait=0")
                            .readHead();
                    assertThat(head.status()).as("seed " + seed + ", " + query).isBetween(200, 499);
                }
            }
        }
    }
}

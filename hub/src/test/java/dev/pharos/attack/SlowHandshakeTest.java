package dev.pharos.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are slow on purpose, many at once, at a hub with keys and caps: others are served meanwhile, the slow are
 * cut off in their time, and nobody's places are lost.
 */
@Timeout(120)
class SlowHandshakeTest {

    private static final int EACH = 50;
    private static final int PLACES = 10;
    /** The length of a body that is never whole; it is given no time beyond that of a head. */
    private static final int BODY = 1_000;

    private static final String ATTACKER = "X-Forwarded-For: 192.0.2.66";
    private static final List<String> UPGRADE = List.of(
            "Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    private static final String BYSTANDER = "X-Forwarded-For: 192.0.2.1";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private AttackedHub hub;

    private final List<RawHttp> open = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        hub = AttackedHub.start(directory, """
                trusted-proxies: 127.0.0.1
                limits:
                  head-time: 2s
                  connections-per-address: %d
                """.formatted(PLACES));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawHttp each : open) {
            each.close();
        }
        hub.close();
    }

    private RawHttp connect() throws IOException {
        RawHttp http = hub.connect().timeout(Duration.ofSeconds(30));
        open.add(http);
        return http;
    }

    private static String auth() {
        return AttackedHub.bearer(AttackedHub.token());
    }

    /** A round trip of somebody who does nothing wrong, over every transport. */
    private void assertServesOthers() throws IOException {
        try (RawHttp reader = hub.connect();
                RawHttp socket = hub.connect()) {
            reader.get("/events?topic=quiet", "Accept: text/event-stream", BYSTANDER, auth());
            assertThat(reader.readHead().status()).isEqualTo(200);
            RawWebSocket frames = RawWebSocket.open(socket, "/events?topic=quiet", BYSTANDER, auth());
            StringBuilder read = new StringBuilder();
            StringBuilder framed = new StringBuilder(frames.readMessage().text()); // subscribed
            String id = hub.publish("topic", "quiet", "data", "round trip");
            while (read.indexOf(id) < 0 || read.indexOf("round trip") < 0) {
                read.append(new String(reader.readChunks(1), java.nio.charset.StandardCharsets.UTF_8));
            }
            while (framed.indexOf(id) < 0) {
                framed.append(frames.readMessage().text());
            }
            assertThat(hub.get("/events?topic=quiet&last=1&wait=0", "Accept: application/json", BYSTANDER, auth())
                            .text())
                    .contains("round trip");
        }
    }

    /** Waits for the end of a connection; the status of its last answer, or 0. */
    private static int endOf(RawHttp http) throws IOException {
        String rest = new String(http.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = rest.lastIndexOf("HTTP/1.1 ");
        return at < 0 ? 0 : Integer.parseInt(rest.substring(at + 9, at + 12));
    }

    @Test
    void slowHeadsAndBodiesAreCutOffAndOthersAreServed() throws Exception {
        List<RawHttp> silent = new ArrayList<>();
        List<RawHttp> late = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            silent.add(connect());
            late.add(connect().send("G"));
            late.add(connect().send("GET /events?topic=a HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"));
            late.add(connect().send("GET /events HTTP/1.1\r\n" + String.join("\r\n", UPGRADE) + "\r\n"));
            for (String framing : new String[] {"Content-Length: " + BODY, "Transfer-Encoding: chunked"}) {
                String begun = framing.startsWith("C") ? "topic=" : "6\r\ntopic=\r\n";
                for (String way : new String[] {"POST /events", "QUERY /events", "POST /.well-known/mercure"}) {
                    String[] words = way.split(" ", -1);
                    late.add(connect()
                            .request(words[0], words[1], framing, AttackedHub.FORM, ATTACKER, auth())
                            .send(begun));
                }
            }
        }
        assertServesOthers();
        // Those who go on to drip get no more time for it.
        Thread dripping = Thread.ofVirtual().start(() -> {
            List<RawHttp> alive = new ArrayList<>(late);
            // As many drops as make no body whole, which would be a request like any other.
            for (int drop = "topic=".length(); drop < BODY - 1 && !alive.isEmpty(); drop++) {
                alive.removeIf(each -> {
                    try {
                        each.send("x");
                        return false;
                    } catch (IOException cut) {
                        return true;
                    }
                });
            }
        });
        assertServesOthers();
        for (RawHttp each : silent) {
            assertThat(endOf(each)).isZero();
        }
        int refused = 0;
        for (RawHttp each : late) {
            // An answer can be lost to one who goes on sending for long after it.
            int status = endOf(each);
            assertThat(status).isIn(0, 400, 408);
            refused += status == 0 ? 0 : 1;
        }
        for (RawHttp each : open) {
            each.close();
        }
        dripping.join();
        assertThat(refused).isPositive();
        assertServesOthers();
        assertHasItsPlaces();
    }

    /** The attacker's address has as many places as any other, and no more. */
    private void assertHasItsPlaces() throws IOException {
        List<RawHttp> streams = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            RawHttp http = connect();
            http.get("/events?topic=a", "Accept: text/event-stream", ATTACKER, auth());
            if (http.readHead().status() == 200) {
                streams.add(http);
            }
            return streams.size() == PLACES;
        });
        RawHttp one = connect();
        one.get("/events?topic=a", "Accept: text/event-stream", ATTACKER, auth());
        assertThat(one.readHead().status()).isEqualTo(429);
        for (RawHttp each : streams) {
            each.close();
        }
    }

    @Test
    void socketsThatSayNothingTakeTheirOwnPlacesOnly() throws Exception {
        for (int i = 0; i < PLACES; i++) {
            RawWebSocket.open(connect(), "/events", ATTACKER, auth());
        }
        for (int i = 0; i < EACH; i++) {
            RawHttp http = connect();
            RawWebSocket.sendHandshake(http, "/events", ATTACKER, auth());
            RawHttp.Answer answer = http.readAnswer();
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.head().get("Retry-After")).matches("[1-9][0-9]*");
        }
        assertServesOthers();
        for (RawHttp each : open) {
            each.reset();
        }
        assertHasItsPlaces();
    }

    @Test
    void handshakesThatAreCutShortGiveTheirPlacesBack() throws Exception {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < PLACES; i++) {
                RawHttp http = connect();
                switch (i % 4) {
                    case 0 -> RawWebSocket.sendHandshake(http, "/events?topic=a", ATTACKER, auth());
                    case 1 -> http.get("/events?topic=a", "Accept: text/event-stream", ATTACKER, auth());
                    case 2 -> http.get("/events?topic=a&wait=60", "Accept: application/json", ATTACKER, auth());
                    default -> http.get("/.well-known/mercure?topic=a", ATTACKER, auth());
                }
                http.reset();
            }
        }
        assertHasItsPlaces();
        await().until(() -> hub.stats().subscriptions() == 0);
    }

    @Test
    void whatIsNoHttpIsNotWaitedFor() throws Exception {
        for (String hello : new String[] {
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", "SSH-2.0-x\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        }) {
            RawHttp http = connect().timeout(Duration.ofSeconds(10));
            http.send(hello + "\r\n\r\n");
            try {
                assertThat(endOf(http)).isIn(400, 505);
            } catch (SocketTimeoutException waiting) {
                throw new AssertionError("waits behind " + hello.strip(), waiting);
            }
        }
        assertServesOthers();
    }
}

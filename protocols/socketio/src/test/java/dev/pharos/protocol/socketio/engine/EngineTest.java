package dev.pharos.protocol.socketio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.socketio.RealServer;
import dev.pharos.protocol.socketio.RealServer.Carrier;
import dev.pharos.session.CloseReason;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Engine.IO protocol asks of a server, over real connections. */
@Timeout(120)
class EngineTest {

    private static final String PATH = "/engine.io/";
    private static final EngineOptions CALM = EngineOptions.DEFAULT;

    @org.jspecify.annotations.Nullable
    private RealServer server;

    private RealServer start(Carrier carrier, EngineOptions options) {
        server = new RealServer(carrier, options);
        return server;
    }

    private RealServer start(EngineOptions options) {
        return start(Carrier.NETTY, options);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static void assertUnknown(RawHttp.Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void opensASessionThatPolls(Carrier carrier) throws IOException {
        RealServer at = start(carrier, CALM);
        RawHttp.Answer answer = at.get(PATH + "?EIO=4&transport=polling");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().get("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(answer.head().get("Cache-Control")).isEqualTo("no-store");
        String upgrades = carrier == Carrier.JDK ? "" : "\"websocket\"";
        assertThat(answer.text())
                .matches("0\\{\"sid\":\"[\\w-]{22}\",\"upgrades\":\\[" + upgrades + "\\],\"pingInterval\":25000,"
                        + "\"pingTimeout\":20000,\"maxPayload\":1000000\\}");
    }

    @Test
    void opensASessionOverAWebSocket() throws IOException {
        RealServer at = start(CALM);
        try (RawWebSocket socket = at.socket(PATH + "?EIO=4&transport=websocket")) {
            assertThat(socket.read().text()).startsWith("0{").contains("\"upgrades\":[]");
            assertThat(at.engine.counts().webSockets()).isOne();
            socket.text("4é").binary(new byte[] {1, 2});
            assertThat(socket.read().text()).isEqualTo("4é");
            assertThat(socket.read().payload()).containsExactly(1, 2);
        }
    }

    @Test
    void aTextWithTheMarkBetweenPacketsGoesOverAWebSocketOnly() throws IOException {
        RealServer at = start(CALM);
        try (RawWebSocket socket = at.session(PATH)) {
            socket.text("4separate");
            assertThat(socket.read().text()).isEqualTo("4a\u001e1");
        }
        String polling = at.polling(PATH);
        assertThat(at.post(polling, "4separate").text()).isEqualTo("ok");
        assertThat(at.get(polling).text()).isEqualTo("1");
        assertUnknown(at.get(polling));
        await().until(() -> at.ended.contains(CloseReason.FAULT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0|GET|?EIO=4",
                "0|GET|?EIO=4&transport=abc",
                "5|GET|?transport=polling",
                "5|GET|?EIO=abc&transport=polling",
                "5|GET|?EIO=3&transport=polling",
                "2|POST|?EIO=4&transport=polling",
                "2|PUT|?EIO=4&transport=polling",
                "3|GET|?EIO=4&transport=websocket",
                "1|GET|?EIO=4&transport=polling&sid=nobody",
                "1|POST|?EIO=4&transport=polling&sid=nobody",
                "3|GET|?EIO=4&transport=polling&sid=%zz"
            })
    void refusesWithTheCodesThatClientsKnow(String request) throws IOException {
        String[] parts = request.split("\\|", -1);
        RawHttp.Answer answer = start(CALM).request(parts[1], PATH + parts[2], "Content-Length: 0");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.head().get("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text()).startsWith("{\"code\":" + parts[0] + ",");
    }

    @Test
    void refusesWebSocketsThatNameNoSession() throws IOException {
        RealServer at = start(CALM);
        for (String query : new String[] {
            "?transport=websocket", "?EIO=4", "?EIO=4&transport=abc", "?EIO=4&transport=websocket&sid=nobody"
        }) {
            try (RawHttp http = RawHttp.connect(at.port())) {
                RawWebSocket.sendHandshake(http, PATH + query);
                assertThat(http.readAnswer().status()).as(query).isEqualTo(400);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void sendsAndReceivesPacketsByRequests(Carrier carrier) throws IOException {
        RealServer at = start(carrier, CALM);
        String session = at.polling(PATH);
        RawHttp.Answer ok = at.post(session, "4a\u001E4é\u001EbAQIDBA==");
        assertThat(ok.status()).isEqualTo(200);
        assertThat(ok.text()).isEqualTo("ok");
        assertThat(at.get(session).text()).isEqualTo("4a\u001E4é\u001EbAQIDBA==");
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void aPollWaitsForAMessage(Carrier carrier) throws IOException {
        RealServer at = start(carrier, CALM);
        String session = at.polling(PATH);
        try (RawHttp poll = RawHttp.connect(at.port())) {
            poll.get(session);
            assertThat(poll.silentFor(Duration.ofMillis(100))).isTrue();
            at.post(session, "4late");
            assertThat(poll.readAnswer().text()).isEqualTo("4late");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "4a\u001E", "b?", "7", "2"})
    void anInvalidPacketEndsTheSession(String body) throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        assertThat(at.post(session, body).status()).isEqualTo(400);
        assertUnknown(at.get(session));
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.PROTOCOL_ERROR));
    }

    @Test
    void invalidPacketsEndAWebSocketAlone() throws IOException {
        RealServer at = start(CALM);
        try (RawWebSocket other = at.session(PATH)) {
            for (String bad : new String[] {"abc", "", "9", "2", "0{}"}) {
                try (RawWebSocket socket = at.session(PATH)) {
                    socket.text(bad);
                    assertThat(socket.read().opcode()).as(bad).isEqualTo(RawWebSocket.CLOSE);
                }
            }
            other.text("4still here");
            assertThat(other.read().text()).isEqualTo("4still here");
        }
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void aSecondPollEndsTheSession(Carrier carrier) throws IOException {
        RealServer at = start(carrier, CALM);
        String session = at.polling(PATH);
        try (RawHttp first = RawHttp.connect(at.port())) {
            first.get(session);
            assertThat(first.silentFor(Duration.ofMillis(100))).isTrue();
            assertThat(at.get(session).status()).isEqualTo(400);
            RawHttp.Answer answer = first.readAnswer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("1");
        }
        assertUnknown(at.get(session));
    }

    @Test
    void aSecondRequestEndsTheSession() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        try (RawHttp first = RawHttp.connect(at.port())) {
            first.request("POST", session, "Content-Length: 10").send("4a");
            assertThat(first.silentFor(Duration.ofMillis(100))).isTrue();
            assertThat(at.post(session, "4b").status()).isEqualTo(400);
        }
        assertUnknown(at.get(session));
    }

    @Test
    void aPollThatIsGivenUpEndsTheSessionAtOnce() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        try (RawHttp poll = RawHttp.connect(at.port())) {
            poll.get(session);
            assertThat(poll.silentFor(Duration.ofMillis(100))).isTrue();
        }
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.TRANSPORT));
        assertUnknown(at.get(session));
    }

    @Test
    void aRequestThatBreaksOffEndsTheSession() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        try (RawHttp post = RawHttp.connect(at.port())) {
            post.request("POST", session, "Content-Length: 10").send("4a");
            assertThat(post.silentFor(Duration.ofMillis(50))).isTrue();
        }
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.TRANSPORT));
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void aPayloadThatIsTooLargeEndsTheSession(Carrier carrier) throws IOException {
        RealServer at = start(carrier, CALM.withMaxPayload(100));
        String session = at.polling(PATH);
        assertThat(at.post(session, "4" + "x".repeat(100)).status()).isEqualTo(413);
        assertUnknown(at.get(session));
    }

    @Test
    void aMessageThatIsTooLargeEndsTheWebSocket() throws IOException {
        RealServer at = start(CALM.withMaxPayload(100));
        try (RawWebSocket socket = at.session(PATH)) {
            socket.text("4" + "x".repeat(100));
            assertThat(socket.read().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void pingsAPollUntilNoPongComes() throws IOException {
        RealServer at = start(RealServer.QUICK);
        String session = at.polling(PATH);
        for (int i = 0; i < 3; i++) {
            assertThat(at.get(session).text()).isEqualTo("2");
            assertThat(at.post(session, "3").status()).isEqualTo(200);
        }
        assertThat(at.get(session).text()).isEqualTo("2");
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.IDLE));
        assertUnknown(at.get(session));
    }

    @Test
    void pingsAWebSocketUntilNoPongComes() throws IOException {
        RealServer at = start(RealServer.QUICK);
        try (RawWebSocket socket = at.session(PATH)) {
            for (int i = 0; i < 3; i++) {
                assertThat(socket.read().text()).isEqualTo("2");
                socket.text("3");
            }
            assertThat(socket.read().text()).isEqualTo("2");
            assertThat(socket.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
        }
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.IDLE));
    }

    @Test
    void abandonedSessionsAreGoneAfterTheirTime() throws IOException {
        RealServer at = start(RealServer.QUICK);
        for (int i = 0; i < 50; i++) {
            at.polling(PATH);
        }
        assertThat(at.sessions.size()).isPositive();
        await().until(() -> at.sessions.size() == 0);
        assertThat(at.ended).hasSize(50).containsOnly(CloseReason.IDLE);
        assertThat(at.engine.counts().polling()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void aClosePacketEndsThePollWithANoop(Carrier carrier) throws IOException {
        RealServer at = start(carrier, CALM);
        String session = at.polling(PATH);
        try (RawHttp poll = RawHttp.connect(at.port())) {
            poll.get(session);
            assertThat(poll.silentFor(Duration.ofMillis(100))).isTrue();
            assertThat(at.post(session, "1").status()).isEqualTo(200);
            assertThat(poll.readAnswer().text()).isEqualTo("6");
        }
        assertUnknown(at.get(session));
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.CLIENT));
    }

    @Test
    void aPollOnItsWayWhenTheClientClosedIsEndedToo() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        assertThat(at.post(session, "1").status()).isEqualTo(200);
        assertThat(at.get(session).text()).isEqualTo("6");
        assertUnknown(at.get(session));
    }

    @Test
    void aClosePacketEndsTheWebSocket() throws IOException {
        RealServer at = start(CALM);
        try (RawWebSocket socket = at.session(PATH)) {
            socket.text("1");
            assertThat(socket.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
        }
    }

    @Test
    void aClientThatMissesCloseFramesFindsTheLineBroken() throws IOException {
        RealServer at = start(CALM);
        String path = PATH + "?EIO=4&transport=websocket";
        try (RawWebSocket socket = RawWebSocket.open(RawHttp.connect(at.port()), path, "User-Agent: okhttp/3.12.12")) {
            socket.read();
            socket.text("4last").text("4close me");
            assertThat(socket.read().text()).isEqualTo("4last");
            assertThat(socket.http().readToEnd()).isEmpty();
        }
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.SERVER));
    }

    @Test
    void theServerClosesByAPacketToThePoll() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        at.post(session, "4before\u001E4close me");
        assertThat(at.get(session).text()).isEqualTo("4before");
        assertThat(at.get(session).text()).isEqualTo("1");
        assertUnknown(at.get(session));
    }

    @Test
    void changesOverToAWebSocket() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        at.post(session, "4while polling");
        try (RawHttp poll = RawHttp.connect(at.port());
                RawWebSocket socket = at.socket(session.replace("polling", "websocket"))) {
            assertThat(at.get(session).text()).isEqualTo("4while polling");
            poll.get(session);
            assertThat(poll.silentFor(Duration.ofMillis(100))).isTrue();
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            assertThat(poll.readAnswer().text()).isEqualTo("6");
            assertThat(at.get(session).text()).as("a poll during the probe").isEqualTo("6");
            at.post(session, "4waits");
            socket.text("5");
            assertThat(socket.read().text()).isEqualTo("4waits");
            assertThat(at.engine.counts().webSockets()).isOne();
            assertThat(at.engine.counts().polling()).isZero();
            assertThat(at.get(session).status()).as("a poll behind the upgrade").isEqualTo(400);
            assertThat(at.post(session, "4x").status()).isEqualTo(400);
            try (RawWebSocket second = at.socket(session.replace("polling", "websocket"))) {
                assertThat(second.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
            }
            socket.text("4hello");
            assertThat(socket.read().text()).isEqualTo("4hello");
        }
    }

    @Test
    void pollsOnWhenTheProbeComesToNothing() throws IOException {
        RealServer at = start(CALM.withUpgradeTimeoutMillis(200));
        String session = at.polling(PATH);
        for (String wrong : new String[] {"4hello", "2", "5probe", "3probe"}) {
            try (RawWebSocket socket = at.socket(session.replace("polling", "websocket"))) {
                socket.text(wrong);
                assertThat(socket.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
            }
        }
        try (RawWebSocket twice = at.socket(session.replace("polling", "websocket"))) {
            twice.text("2probe").text("2probe");
            assertThat(twice.read().text()).isEqualTo("3probe");
            assertThat(twice.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
        }
        try (RawWebSocket late = at.socket(session.replace("polling", "websocket"))) {
            assertThat(late.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
        }
        at.post(session, "4still polling");
        assertThat(at.get(session).text()).isEqualTo("4still polling");
    }

    @Test
    void endsAProbeWithItsSession() throws IOException {
        RealServer at = start(CALM);
        String session = at.polling(PATH);
        try (RawWebSocket socket = at.socket(session.replace("polling", "websocket"))) {
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            at.post(session, "1");
            assertThat(socket.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
        }
    }

    @Test
    void letsAllowedPagesInAndNoOthers() throws IOException {
        RealServer at = start(CALM);
        String open = PATH + "?EIO=4&transport=polling";
        RawHttp.Answer allowed = at.get(open, "Origin: https://app.example");
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.head().get("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        RawHttp.Answer foreign = at.get(open, "Origin: https://evil.example");
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.text()).isEqualTo("{\"code\":4,\"message\":\"Forbidden\"}");
        RawHttp.Answer preflight = at.request("OPTIONS", open, "Origin: https://app.example");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.head().get("Access-Control-Allow-Methods")).isEqualTo("GET, POST");
        assertThat(at.get(open, "Origin: http://localhost:" + at.port(), "Host: localhost:" + at.port())
                        .status())
                .isBetween(200, 400);
    }

    @Test
    void aClientThatTakesNothingEndsAlone() throws IOException {
        RealServer at = start(CALM.withBufferBytes(10_000));
        String session = at.polling(PATH);
        String much = "4" + "x".repeat(5_000);
        for (int i = 0; i < 5; i++) {
            at.post(session, much);
        }
        await().untilAsserted(() -> assertThat(at.ended).containsExactly(CloseReason.OVERFLOW));
        assertThat(at.get(at.polling(PATH).replaceFirst("&sid=.*", "")).status())
                .isEqualTo(200);
    }

    @Test
    void theJdkHostSaysThatItHasNoWebSocket() throws IOException {
        RealServer at = start(Carrier.JDK, CALM);
        try (RawHttp http = RawHttp.connect(at.port())) {
            RawWebSocket.sendHandshake(http, PATH + "?EIO=4&transport=websocket");
            assertThat(http.readAnswer().status()).isEqualTo(501);
        }
    }

    @Test
    void noiseDisturbsNobody() throws IOException {
        long seed = new java.util.Random().nextLong();
        System.out.println("seed " + seed);
        java.util.Random random = new java.util.Random(seed);
        RealServer at = start(CALM);
        try (RawWebSocket other = at.session(PATH)) {
            for (int i = 0; i < 100; i++) {
                byte[] noise = new byte[1 + random.nextInt(40)];
                random.nextBytes(noise);
                String session = at.polling(PATH);
                assertThat(at.post(session, noise).status()).isIn(200, 400);
                try (RawWebSocket socket = at.session(PATH)) {
                    socket.text(new String(noise, StandardCharsets.ISO_8859_1));
                }
            }
            other.text("4still here");
            assertThat(other.read().text()).isEqualTo("4still here");
        }
    }
}

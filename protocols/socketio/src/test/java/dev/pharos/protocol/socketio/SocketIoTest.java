package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.socketio.RealServer.Carrier;
import dev.pharos.protocol.socketio.engine.EngineOptions;
import dev.pharos.session.CloseReason;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Socket.IO protocol asks of a server, and the API for applications. */
@Timeout(120)
class SocketIoTest {

    private static final String PATH = "/socket.io/";

    private final Queue<CloseReason> ended = new ConcurrentLinkedQueue<>();
    private @Nullable RealServer server;

    private RealServer server() {
        return Objects.requireNonNull(server);
    }

    private Namespace main() {
        return server().server.namespace("/");
    }

    @BeforeEach
    void start() {
        start(Carrier.NETTY);
    }

    private void start(Carrier carrier) {
        RealServer started = new RealServer(carrier, EngineOptions.DEFAULT);
        server = started;
        started.server.namespace("/").onDisconnect((socket, reason) -> ended.add(reason));
        main().on(
                        "message",
                        event -> event.socket()
                                .emit("message-back", event.arguments().values().toArray()));
        main().on(
                        "message-with-ack",
                        event -> event.acknowledge(event.arguments().values().toArray()));
        main().on(
                        "join",
                        event -> event.socket()
                                .join(Objects.requireNonNull(event.arguments().text(0))));
        main().on(
                        "leave",
                        event -> event.socket()
                                .leave(Objects.requireNonNull(event.arguments().text(0))));
        started.server.namespace("/custom").onConnect(socket -> socket.emit("auth", socket.auth()));
    }

    @AfterEach
    void stop() {
        server().close();
    }

    private RawWebSocket open() throws IOException {
        return server().session(PATH);
    }

    private RawWebSocket connect() throws IOException {
        RawWebSocket socket = open().text("40");
        assertThat(socket.read().text()).startsWith("40{\"sid\":\"");
        return socket;
    }

    private static void assertCloses(RawWebSocket socket) throws IOException {
        assertThat(socket.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
    }

    @Test
    void connectsToNamespacesWithAPayload() throws IOException {
        try (RawWebSocket socket = connect()) {
            socket.text("40/custom,{\"token\":\"abc\"}");
            assertThat(socket.read().text()).matches("40/custom,\\{\"sid\":\"[\\w-]{22}\"}");
            assertThat(socket.read().text()).isEqualTo("42/custom,[\"auth\",{\"token\":\"abc\"}]");
            socket.text("41/custom").text("42[\"message\",\"x\"]");
            assertThat(socket.read().text()).isEqualTo("42[\"message-back\",\"x\"]");
        }
    }

    @Test
    void refusesAnUnknownNamespaceAndGoesOn() throws IOException {
        try (RawWebSocket socket = open().text("40/random")) {
            assertThat(socket.read().text()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
            socket.text("40/custom,");
            assertThat(socket.read().text()).startsWith("40/custom,{");
            assertThat(socket.read().text()).isEqualTo("42/custom,[\"auth\",{}]");
        }
    }

    @Test
    void refusesAConnectThatSaysTooMuchToBeKept() throws IOException {
        try (RawWebSocket socket = open()) {
            String longest = "{\"token\":\"" + "x".repeat((32 << 10) - 12) + "\"}";
            socket.text("40/custom," + longest.replace("x\"}", "xx\"}"));
            assertThat(socket.read().text())
                    .isEqualTo("44/custom,{\"message\":\"The payload of a connect has at most 32768 characters\"}");
            socket.text("40/custom," + longest);
            assertThat(socket.read().text()).startsWith("40/custom,{");
            assertThat(socket.read().text()).isEqualTo("42/custom,[\"auth\"," + longest + "]");
        }
    }

    @Test
    void admitsByAnAnswerThatMayComeLater() throws IOException {
        CompletableFuture<Object> later = new CompletableFuture<>();
        server().server.namespace("/asked").admit(request -> {
            if (request.auth().get("token") == null) {
                throw new ConnectRefusedException("Not authorized", Map.of("code", 7));
            }
            return later;
        });
        try (RawWebSocket socket = open().text("40/asked,")) {
            assertThat(socket.read().text())
                    .isEqualTo("44/asked,{\"message\":\"Not authorized\",\"data\":{\"code\":7}}");
            socket.text("40/asked,{\"token\":\"t\"}");
            later.complete("ok");
            assertThat(socket.read().text()).startsWith("40/asked,{\"sid\"");
        }
    }

    @Test
    void aListenerThatThrowsAfterALateAdmissionLosesTheSession() throws IOException {
        CompletableFuture<Object> later = new CompletableFuture<>();
        server().server.namespace("/late").admit(request -> later).onConnect(socket -> {
            throw new IllegalStateException("as it happens");
        });
        try (RawWebSocket socket = connect().text("40/late,").text("42[\"message\"]")) {
            assertThat(socket.read().text()).isEqualTo("42[\"message-back\"]");
            later.complete("ok");
            assertThat(socket.read().text()).startsWith("40/late,{\"sid\"");
            assertThat(socket.read().closeCode()).isEqualTo(1011);
            await().until(() -> ended.contains(CloseReason.FAULT));
        }
    }

    @Test
    void whoIsRefusedForNowLosesTheSession() throws IOException {
        server().server.namespace("/later").admit(request -> {
            throw ConnectRefusedException.forNow("not now");
        });
        try (RawWebSocket socket = open().text("40/later,")) {
            assertThat(socket.read().closeCode()).isEqualTo(1013);
        }
    }

    @Test
    void aSocketKnowsWhatItsAdmissionFound() throws IOException {
        server().server
                .namespace("/known")
                .admit(request -> CompletableFuture.completedFuture("found"))
                .onConnect(socket -> socket.emit("admitted", socket.admitted()));
        try (RawWebSocket socket = open().text("40/known,")) {
            assertThat(socket.read().text()).startsWith("40/known,{\"sid\"");
            assertThat(socket.read().text()).isEqualTo("42/known,[\"admitted\",\"found\"]");
        }
    }

    @Test
    void controlCharactersAreInNoName() throws IOException {
        assertThatThrownBy(() -> server().server.namespace("/a\u001eb")).isInstanceOf(IllegalArgumentException.class);
        try (RawWebSocket socket = open().text("40/a\u001eb,")) {
            assertCloses(socket);
        }
    }

    @Test
    void aRecordSeparatorInATextIsEscaped() throws IOException {
        String open = server().polling(PATH);
        server().post(open, "40");
        assertThat(server().get(open).text()).startsWith("40{");
        server().post(open, "42[\"message\",\"a\\u001e1\"]");
        assertThat(server().get(open).text()).isEqualToIgnoringCase("42[\"message-back\",\"a\\u001e1\"]");
    }

    @Test
    void aFaultOfAnAdmissionIsNotShown() throws IOException {
        server().server.namespace("/broken").admit(request -> {
            throw new IllegalStateException("secret");
        });
        try (RawWebSocket socket = open().text("40/broken,")) {
            assertThat(socket.read().text()).isEqualTo("44/broken,{\"message\":\"The server failed\"}");
        }
    }

    @Test
    void closesWhoConnectsToNoNamespace() throws IOException {
        try (RawWebSocket socket = open()) {
            assertCloses(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4",
                "4abc",
                "42{}",
                "42[]",
                "42[1]",
                "42",
                "42[\"connect\"]",
                "42[\"disconnect\"]",
                "42abc[\"message\"]",
                "42/other,[\"message\"]",
                "40",
                "44{\"message\":\"x\"}",
                "43[1]",
                "431{}",
                "41{}",
                "451[\"message\"]",
                "4599999-[\"message\"]",
                "42[\"message\"] x",
                "42[\"message\",{]}",
                "40/custom,[]",
                "451-[\"message\",{\"_placeholder\":true,\"num\":0}]|42[\"message\"]"
            })
    void whatIsNoPacketEndsTheSessionAlone(String frames) throws IOException {
        try (RawWebSocket other = connect();
                RawWebSocket socket = connect()) {
            for (String frame : frames.split("\\|", -1)) {
                socket.text(frame);
            }
            assertCloses(socket);
            other.text("42[\"message\",1]");
            assertThat(other.read().text()).isEqualTo("42[\"message-back\",1]");
        }
        await().untilAsserted(() -> assertThat(ended).contains(CloseReason.PROTOCOL_ERROR));
    }

    @Test
    void bytesThatNobodyAnnouncedEndTheSession() throws IOException {
        try (RawWebSocket socket = connect()) {
            assertCloses(socket.binary(new byte[] {1}));
        }
    }

    @Test
    void aPacketBeforeConnectingEndsTheSession() throws IOException {
        try (RawWebSocket socket = open()) {
            assertCloses(socket.text("42[\"message\"]"));
        }
    }

    @Test
    void jsonBombsEndTheSession() throws IOException {
        for (String bomb : new String[] {
            "[".repeat(100_000),
            "[\"message\"," + "[],".repeat(250_000) + "1]",
            "[\"message\"," + "9".repeat(500_000) + "]"
        }) {
            try (RawWebSocket socket = connect()) {
                assertCloses(socket.text("42" + bomb));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void acknowledgesOverPolls(Carrier carrier) throws IOException {
        server().close();
        start(carrier);
        String session = server().polling(PATH);
        server().post(session, "40");
        assertThat(server().get(session).text()).startsWith("40{\"sid\":");
        server().post(
                        session,
                        "452-789[\"message-with-ack\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]"
                                + "\u001EbAQID\u001EbBAUG");
        assertThat(server().get(session).text())
                .isEqualTo("462-789[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]"
                        + "\u001EbAQID\u001EbBAUG");
        server().post(session, "42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
        assertThat(server().get(session).text()).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
    }

    @Test
    void acknowledgesOnce() throws IOException {
        main().on("twice", event -> {
            event.acknowledge(1);
            event.acknowledge(2);
        });
        try (RawWebSocket socket = connect()) {
            socket.text("421[\"twice\"]")
                    .text("42[\"message\",3]")
                    .text("42[\"twice\"]")
                    .text("42[\"message\",4]");
            assertThat(socket.read().text()).isEqualTo("431[1]");
            assertThat(socket.read().text()).isEqualTo("42[\"message-back\",3]");
            assertThat(socket.read().text()).isEqualTo("42[\"message-back\",4]");
        }
    }

    private Socket onlySocket(RawWebSocket client) throws IOException {
        CompletableFuture<Socket> found = new CompletableFuture<>();
        main().on("here", event -> found.complete(event.socket()));
        client.text("42[\"here\"]");
        return found.join();
    }

    @Test
    void awaitsAcknowledgementsOfClients() throws Exception {
        try (RawWebSocket client = connect()) {
            Socket socket = onlySocket(client);
            CompletionStage<Arguments> answer = socket.request(60_000, "question", 42, new byte[] {9});
            assertThat(client.read().text()).isEqualTo("451-0[\"question\",42,{\"_placeholder\":true,\"num\":0}]");
            assertThat(client.read().payload()).containsExactly(9);
            client.text("4399[\"to nothing\"]").text("430[\"answer\"]").text("430[\"again\"]");
            assertThat(answer.toCompletableFuture().get(30, TimeUnit.SECONDS).values())
                    .isEqualTo(List.of("answer"));
            assertThatThrownBy(() ->
                            socket.request(50, "late").toCompletableFuture().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            CompletionStage<Arguments> never = socket.request(60_000, "gone");
            client.sendClose(1000, "");
            assertThatThrownBy(() -> never.toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aFloodOfAcknowledgementsIsNothing() throws IOException {
        try (RawWebSocket socket = connect()) {
            for (int i = 0; i < 5_000; i++) {
                socket.text("43" + i + "[]");
            }
            socket.text("42[\"message\"]");
            assertThat(socket.read().text()).isEqualTo("42[\"message-back\"]");
        }
    }

    @Test
    void sendsToRoomsEachSocketOnce() throws IOException {
        try (RawWebSocket a = connect();
                RawWebSocket b = connect();
                RawWebSocket c = connect()) {
            for (RawWebSocket each : List.of(a, b)) {
                each.text("42[\"join\",\"r\"]").text("42[\"join\",\"s\"]").text("42[\"message\"]");
                each.read();
            }
            main().to("r").to("s").emit("news", 1);
            main().to("nowhere").emit("news", 2);
            main().except("r").emit("news", 3);
            main().emit("news", 4);
            for (RawWebSocket each : List.of(a, b)) {
                assertThat(each.read().text()).isEqualTo("42[\"news\",1]");
                assertThat(each.read().text()).isEqualTo("42[\"news\",4]");
            }
            assertThat(c.read().text()).isEqualTo("42[\"news\",3]");
            assertThat(c.read().text()).isEqualTo("42[\"news\",4]");
            a.text("42[\"leave\",\"r\"]").text("42[\"message\"]");
            a.read();
            main().to("r").emit("news", 5);
            main().emit("news", 6);
            assertThat(a.read().text()).isEqualTo("42[\"news\",6]");
            assertThat(b.read().text()).isEqualTo("42[\"news\",5]");
        }
    }

    @Test
    void sendsBytesToAll() throws IOException {
        try (RawWebSocket a = connect();
                RawWebSocket b = connect()) {
            main().emit("bytes", "é".getBytes(StandardCharsets.UTF_8));
            for (RawWebSocket each : List.of(a, b)) {
                assertThat(each.read().text()).isEqualTo("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
                assertThat(each.read().payload()).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void disconnectsFromANamespaceAndKeepsTheSession() throws IOException {
        main().on("bye", event -> event.socket().disconnect());
        try (RawWebSocket socket = connect()) {
            socket.text("42[\"bye\"]");
            assertThat(socket.read().text()).isEqualTo("41");
            socket.text("40");
            assertThat(socket.read().text()).startsWith("40{");
            socket.text("41");
            await().untilAsserted(() -> assertThat(ended).containsExactly(CloseReason.SERVER, CloseReason.CLIENT));
        }
    }

    @Test
    void aListenerThatThrowsLosesItsSession() throws IOException {
        main().on("throw", event -> {
            throw new IllegalStateException("as asked for by a test");
        });
        try (RawWebSocket socket = connect()) {
            assertCloses(socket.text("42[\"throw\"]"));
        }
        await().untilAsserted(() -> assertThat(ended).containsExactly(CloseReason.FAULT));
    }

    @Test
    void refusesNamesThatClientsKeepForThemselves() {
        assertThatThrownBy(() -> main().emit("connect")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server().server.namespace("chat")).isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link Sessions#handler} serves, by the example of docs/sessions.md on a running host of two loops. */
@Timeout(120)
class SessionsHandlerTest {

    private static final String ID = "session=0123456789-0123456789";
    private static final String OTHER_ID = "session=9876543210-9876543210";
    private static final String EVENTS = "Accept: text/event-stream";

    private final Room room = new Room();
    private final Sessions sessions = Sessions.builder().most(3).build();
    private final NettyHost host = NettyHost.builder(
                    sessions.handler("/room", room::enter, AllowedOrigins.of(List.of("https://friend.example"))))
            .loops(2)
            .start();
    private final List<RawHttp> connections = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (RawHttp connection : connections) {
            connection.close();
        }
        host.close();
    }

    private RawHttp connect() throws IOException {
        RawHttp connection = RawHttp.connect(host.port());
        connections.add(connection);
        return connection;
    }

    private RawWebSocket socket() throws IOException {
        return RawWebSocket.open(connect(), "/room");
    }

    private RawHttp.Answer request(String method, String target, String... lines) throws IOException {
        return connect().request(method, target, lines).readAnswer();
    }

    private RawHttp.Answer post(String query, String body, String... lines) throws IOException {
        String[] all = new String[lines.length + 1];
        all[0] = "Content-Length: " + body.length();
        System.arraycopy(lines, 0, all, 1, lines.length);
        return connect().request("POST", "/room?" + query, all).send(body).readAnswer();
    }

    /** A stream whose head and first block have come. */
    private RawHttp stream(String query, String... lines) throws IOException {
        String[] all = new String[lines.length + 1];
        all[0] = EVENTS;
        System.arraycopy(lines, 0, all, 1, lines.length);
        RawHttp stream = connect().get("/room?" + query, all);
        assertThat(stream.readHead().status()).isEqualTo(200);
        until(stream, "id: ");
        return stream;
    }

    /** Reads up to a line that begins so, and gives it. */
    private static String until(RawHttp from, String beginning) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = from.read(); next >= 0; next = from.read()) {
            if (next != '\n') {
                line.append((char) next);
            } else if (line.indexOf(beginning) == 0) {
                return line.toString();
            } else {
                line.setLength(0);
            }
        }
        throw new EOFException("instead of " + beginning);
    }

    @Test
    void carriesMessagesOverWebSocketsAndStreamsAlike() throws Exception {
        RawWebSocket socket = socket();
        RawHttp stream = stream(ID);
        socket.text("from the socket");
        assertThat(socket.readMessage().text()).isEqualTo("from the socket");
        assertThat(until(stream, "data: ")).isEqualTo("data: from the socket");

        assertThat(post(ID, "from the stream").status()).isEqualTo(204);
        assertThat(socket.readMessage().text()).isEqualTo("from the stream");
        assertThat(until(stream, "data: ")).isEqualTo("data: from the stream");
    }

    @Test
    void aStreamThatComesBackGetsWhatItMissedOnce() throws Exception {
        RawHttp stream = stream(ID);
        post(ID, "1");
        assertThat(until(stream, "data: ")).isEqualTo("data: 1");
        String lastId = until(stream, "id: ").substring(4);
        stream.close();
        RawWebSocket socket = socket();
        socket.text("2");
        socket.text("3");
        socket.readMessage();
        socket.readMessage();

        RawHttp again = connect().get("/room?" + ID, EVENTS, "Last-Event-ID: " + lastId);
        assertThat(again.readHead().status()).isEqualTo(200);
        assertThat(until(again, "data: ")).isEqualTo("data: 2");
        assertThat(until(again, "data: ")).isEqualTo("data: 3");
        assertThat(sessions.size()).isEqualTo(2);
    }

    @Test
    void endsAsTheApplicationSays() throws Exception {
        RawWebSocket socket = socket();
        socket.binary(new byte[] {1, 2});
        RawWebSocket.Frame close = socket.read();
        assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
        assertThat(ByteBuffer.wrap(close.payload()).getShort()).isEqualTo((short) 1003);
    }

    @Test
    void endsWithItsWebSocketAndByTheClientsWish() throws Exception {
        socket().close();
        await().until(() -> sessions.size() == 0);
        RawHttp stream = stream(ID);
        assertThat(post(ID + "&close=true", "").status()).isEqualTo(204);
        assertThat(until(stream, "data: ")).startsWith("data: 1000 ");
        await().until(() -> sessions.size() == 0);
        assertThat(post(ID, "behind the end").status()).isEqualTo(404);
    }

    @Test
    void endsAllWhenTheServerStops() throws Exception {
        RawWebSocket socket = socket();
        RawHttp stream = stream(ID);
        var drained = sessions.drain().toCompletableFuture();
        assertThat(ByteBuffer.wrap(socket.read().payload()).getShort()).isEqualTo((short) 1001);
        assertThat(until(stream, "data: ")).startsWith("data: 1001 ");
        socket.close();
        drained.join();
        assertThat(request("GET", "/room?" + OTHER_ID, EVENTS).text()).startsWith("retry: ");
    }

    @Test
    void sendsMoreSessionsAwayThanMayBe() throws Exception {
        socket();
        socket();
        stream(ID);
        RawHttp fourth = connect();
        RawWebSocket.sendHandshake(fourth, "/room");
        RawHttp.Head refused = fourth.readHead();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.get("Retry-After")).isEqualTo("5");
        // A native EventSource survives nothing but 200.
        RawHttp.Answer away = request("GET", "/room?" + OTHER_ID, EVENTS);
        assertThat(away.status()).isEqualTo(200);
        assertThat(away.text()).startsWith("retry: ");
    }

    @Test
    void isNotForPagesOfOtherSites() throws Exception {
        String foreign = "Origin: https://foe.example";
        assertThat(request("GET", "/room?" + ID, EVENTS, foreign).status()).isEqualTo(403);
        assertThat(post(ID, "x", foreign).status()).isEqualTo(403);
        RawHttp socket = connect();
        RawWebSocket.sendHandshake(socket, "/room", foreign);
        assertThat(socket.readHead().status()).isEqualTo(403);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void isForPagesOfAllowedSites() throws Exception {
        String friend = "Origin: https://friend.example";
        RawHttp.Answer asked = request("OPTIONS", "/room", friend);
        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.head().get("Access-Control-Allow-Origin")).isEqualTo("https://friend.example");
        assertThat(asked.head().get("Access-Control-Allow-Headers")).contains("Last-Event-ID");
        RawHttp stream = connect().get("/room?" + ID, EVENTS, friend);
        assertThat(stream.readHead().get("Access-Control-Allow-Origin")).isEqualTo("https://friend.example");
        assertThat(post(ID, "x", friend).head().get("Access-Control-Allow-Origin"))
                .isEqualTo("https://friend.example");
        assertThat(RawWebSocket.open(connect(), "/room", friend).head().status())
                .isEqualTo(101);
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        assertThat(request("PUT", "/room?" + ID, "Content-Length: 0").head().get("Allow"))
                .isEqualTo("GET, POST, OPTIONS");
        assertThat(request("GET", "/room?session=short", EVENTS).text()).startsWith("parameter 'session' is");
        assertThat(post("session=short", "x").status()).isEqualTo(400);
        assertThat(post(ID, "x").status()).as("it was never opened").isEqualTo(404);
        assertThat(request("GET", "/room", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 7")
                        .status())
                .isEqualTo(400);
        assertThat(request("GET", "/elsewhere").status()).isEqualTo(404);
    }

    @Test
    void isDocumentedByWhatIsTestedHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/pharos/host/netty/Room.java"));
        String example = source.substring(source.indexOf("/** A room:"));
        String document = Files.readString(Path.of("../../docs/sessions.md"));
        assertThat(document).contains("```java\n" + example + "```");
    }
}

package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Host;
import dev.pharos.http.Routes;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that knows what its clients missed says who goes on. */
@Timeout(120)
class ApplicationRecoveryTest {

    private static final Pattern CONNECT = Pattern.compile("40\\{\"sid\":\"([^\"]*)\",\"pid\":\"([^\"]*)\"\\}");

    private static final CompletionStage<Boolean> THROWING = new CompletableFuture<>();

    private final Sessions sessions = Sessions.builder().build();
    private final Queue<String> offsets = new ConcurrentLinkedQueue<>();
    private final Queue<CloseReason> ends = new ConcurrentLinkedQueue<>();
    private volatile CompletionStage<Boolean> answer = CompletableFuture.completedStage(true);
    private @Nullable Host host;

    private SocketIo start(int keepMillis) {
        SocketIo server =
                new SocketIo(sessions, SocketIoOptions.DEFAULT, new ApplicationRecovery(this::restore, keepMillis, 10));
        server.namespace("/").onConnect(socket -> {
            if (!socket.recovered()) {
                socket.attach("kept");
            }
            socket.emit("hello", socket.attachment());
        });
        host = NettyHost.builder(Routes.builder().at("/socket.io/", server).build())
                .loops(2)
                .start();
        return server;
    }

    private CompletionStage<Boolean> restore(Socket socket, @Nullable String offset) {
        socket.onDisconnect((gone, reason) -> ends.add(reason));
        offsets.add(String.valueOf(offset) + " " + socket.attachment());
        CompletionStage<Boolean> given = answer;
        if (given.equals(THROWING)) {
            throw new IllegalStateException("as it happens");
        }
        return given;
    }

    @AfterEach
    void nothingStaysBehind() {
        sessions.drain();
        await().until(() -> sessions.size() == 0);
        Objects.requireNonNull(host).close();
    }

    private record Client(RawWebSocket socket, String sid, String pid) {}

    private RawWebSocket open(String auth) throws IOException {
        RawHttp http = RawHttp.connect(Objects.requireNonNull(host).port());
        http.timeout(Duration.ofSeconds(30));
        RawWebSocket socket = RawWebSocket.open(http, "/socket.io/?EIO=4&transport=websocket");
        socket.read();
        return socket.text("40" + auth);
    }

    private Client connect(String auth) throws IOException {
        RawWebSocket socket = open(auth);
        Matcher connected = CONNECT.matcher(socket.read().text());
        assertThat(connected.matches()).isTrue();
        assertThat(socket.read().text()).isEqualTo("42[\"hello\",\"kept\"]");
        return new Client(socket, connected.group(1), connected.group(2));
    }

    private Client broken(SocketIo server) throws IOException {
        Client client = connect("");
        client.socket.http().reset();
        await().until(() -> server.namespace("/").size() == 0);
        return client;
    }

    private static String auth(Client client, String offset) {
        return "{\"pid\":\"" + client.pid + "\"" + offset + "}";
    }

    @Test
    void goesOnAsTheApplicationSays() throws IOException {
        Client client = broken(start(60_000));
        Client again = connect(auth(client, ",\"offset\":\"seven\""));
        assertThat(again).extracting(Client::sid, Client::pid).containsExactly(client.sid, client.pid);
        again.socket.http().reset();
        await().until(() -> ends.contains(CloseReason.TRANSPORT));
        Client third = connect(auth(client, ""));
        assertThat(third.sid).isEqualTo(client.sid);
        assertThat(offsets).containsExactly("seven kept", "null kept");
        third.socket.close();
    }

    @Test
    void beginsAnewWhenTheApplicationCannotTell() throws IOException {
        SocketIo server = start(60_000);
        for (CompletionStage<Boolean> each : List.of(
                CompletableFuture.completedStage(false),
                CompletableFuture.<Boolean>failedStage(new IllegalStateException("as it happens")),
                THROWING)) {
            answer = each;
            Client client = broken(server);
            Client again = connect(auth(client, ""));
            assertThat(again.sid).isNotEqualTo(client.sid);
            assertThat(ends.poll()).isEqualTo(CloseReason.SERVER);
            again.socket.text("41");
            again.socket.close();
        }
        Client client = broken(server);
        assertThat(connect(auth(client, ",\"offset\":7")).sid).isNotEqualTo(client.sid);
        assertThat(offsets).hasSize(3);
    }

    @Test
    void aSocketThatIsYetToBeRestoredEndsWithItsSessionAndMayComeBackAgain() throws IOException {
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        answer = later;
        SocketIo server = start(60_000);
        Client client = broken(server);
        RawWebSocket waiting = open(auth(client, ""));
        await().until(() -> offsets.size() == 1);
        waiting.http().reset();
        await().until(() -> ends.contains(CloseReason.TRANSPORT));
        later.complete(true);
        await().until(() -> sessions.size() == 0);
        assertThat(server.namespace("/").size()).isZero();
        assertThat(ends).hasSize(1);
        Client again = connect(auth(client, ",\"offset\":\"x\""));
        assertThat(again.sid).isEqualTo(client.sid);
        assertThat(offsets).containsExactly("null kept", "x kept");
        again.socket.close();
    }

    @Test
    void isOverAfterItsTime() throws IOException {
        SocketIo server = start(1);
        Client client = broken(server);
        await().until(() -> Objects.requireNonNull(server.recoverables()).size() == 0);
        Client again = connect(auth(client, ""));
        assertThat(again.sid).isNotEqualTo(client.sid);
        assertThat(offsets).isEmpty();
        again.socket.close();
    }
}

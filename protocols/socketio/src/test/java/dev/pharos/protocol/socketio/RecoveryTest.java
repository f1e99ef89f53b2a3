package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Host;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.log.EventLog;
import dev.pharos.log.LogFullException;
import dev.pharos.log.MemoryLog;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that come back get their id, their rooms, and from the log what they missed. */
@Timeout(120)
class RecoveryTest {

    private static final Pattern CONNECT = Pattern.compile("40\\{\"sid\":\"([^\"]*)\",\"pid\":\"([^\"]*)\"\\}");
    private static final Pattern OFFSET = Pattern.compile("\"(pos:[^\"]*)\"\\]$");
    private static final int KEPT_BYTES = 256 << 10;

    private final Hub hub = Hub.over(
                    new MemoryLog("r1", MemoryLog.Retention.ofBytes(KEPT_BYTES), InstantSource.system()))
            .build();
    private final Sessions sessions = Sessions.builder().build();
    private final SocketIo server = new SocketIo(sessions, SocketIoOptions.DEFAULT, new Recovery(hub, 60_000, 3));
    private final Namespace main = server.namespace("/");
    private final Host host = NettyHost.builder(
                    Routes.builder().at("/socket.io/", server).build())
            .loops(2)
            .start();

    /** A client's side of a connection. */
    private record Client(RawWebSocket socket, String sid, String pid) {

        String read() throws IOException {
            return socket.read().text();
        }

        void cut() throws IOException {
            socket.http().reset();
        }
    }

    @BeforeEach
    void listen() {
        main.onConnect(socket -> {
            if (!socket.recovered()) {
                socket.attach("kept");
            }
        });
        main.on("join", event -> {
            event.socket().join("room");
            event.acknowledge();
        });
        main.on(
                "attachment",
                event -> event.acknowledge(
                        event.socket().attachment(), event.socket().recovered()));
    }

    @AfterEach
    void nothingStaysBehind() {
        sessions.drain();
        await().until(() -> sessions.size() == 0);
        await().until(() -> hub.stats().subscriptions() == 0);
        host.close();
        hub.close();
    }

    private Client connect(String auth) throws IOException {
        RawHttp http = RawHttp.connect(host.port());
        http.timeout(Duration.ofSeconds(30));
        RawWebSocket socket = RawWebSocket.open(http, "/socket.io/?EIO=4&transport=websocket");
        socket.read();
        socket.text("40" + auth);
        Matcher connected = CONNECT.matcher(socket.read().text());
        assertThat(connected.matches()).isTrue();
        return new Client(socket, connected.group(1), connected.group(2));
    }

    private Client back(Client before, String offset) throws IOException {
        return connect("{\"pid\":\"" + before.pid + "\",\"offset\":\"" + offset + "\"}");
    }

    private static String offset(String packet) {
        Matcher offset = OFFSET.matcher(packet);
        assertThat(offset.find()).as(packet).isTrue();
        return offset.group(1);
    }

    private static String data(String packet) {
        return packet.replaceFirst(",\"pos:[^\"]*\"\\]$", "]");
    }

    private void awaitBroken(int broken) {
        await().until(() ->
                java.util.Objects.requireNonNull(server.recoverables()).size() == broken);
    }

    @Test
    void sendsWhatWasMissed() throws IOException {
        Client client = connect("");
        client.socket.text("420[\"join\"]");
        assertThat(client.read()).isEqualTo("430[]");
        main.emit("news", 1);
        String first = client.read();
        assertThat(data(first)).isEqualTo("42[\"news\",1]");
        client.cut();
        awaitBroken(1);
        main.emit("news", 2);
        main.to("room").emit("news", 3, new byte[] {7});
        main.to("elsewhere").emit("news", 4);
        main.to(client.sid).emit("news", 5);
        main.except("room").emit("news", 6);
        Client again = back(client, offset(first));
        assertThat(again.sid).isEqualTo(client.sid);
        assertThat(again.pid).isEqualTo(client.pid);
        assertThat(data(again.read())).isEqualTo("42[\"news\",2]");
        assertThat(data(again.read())).isEqualTo("451-[\"news\",3,{\"_placeholder\":true,\"num\":0}]");
        assertThat(again.socket.read().payload()).containsExactly(7);
        assertThat(data(again.read())).isEqualTo("42[\"news\",5]");
        main.to("room").emit("news", 7);
        assertThat(data(again.read())).isEqualTo("42[\"news\",7]");
        again.socket.text("421[\"attachment\"]");
        assertThat(again.read()).isEqualTo("431[\"kept\",true]");
        again.socket.close();
    }

    @Test
    void goesOnForAConnectionThatThisEndTakesForWhole() throws IOException {
        Client client = connect("");
        main.emit("news", 1);
        String first = client.read();
        main.emit("news", 2); // is on its way
        Client again = back(client, offset(first));
        assertThat(again.sid).isEqualTo(client.sid);
        assertThat(data(again.read())).isEqualTo("42[\"news\",2]");
        assertThat(client.socket.read().opcode()).isEqualTo(RawWebSocket.TEXT);
        assertThat(client.socket.read().opcode()).isEqualTo(RawWebSocket.CLOSE);
        client.socket.close();
        await().until(() -> main.size() == 1);
        main.emit("news", 3);
        assertThat(data(again.read())).isEqualTo("42[\"news\",3]");
        again.socket.close();
    }

    @Test
    void beginsAnewWhenSomethingIsMissing() throws IOException {
        Client client = connect("");
        main.emit("news", 1);
        String offset = offset(client.read());
        client.cut();
        awaitBroken(1);
        for (int i = 0; i < 100; i++) {
            main.emit("news", "x".repeat(10_000));
        }
        Client again = back(client, offset);
        assertThat(again.sid).isNotEqualTo(client.sid);
        main.emit("news", 2);
        assertThat(data(again.read())).isEqualTo("42[\"news\",2]");
        again.socket.close();
    }

    @Test
    void beginsAnewForStrangersAndOnce() throws IOException {
        Client client = connect("");
        main.emit("news", 1);
        String offset = offset(client.read());
        Client stranger = connect("{\"pid\":\"nobody\",\"offset\":\"" + offset + "\"}");
        assertThat(stranger.sid).isNotEqualTo(client.sid);
        Client nonsense = connect("{\"pid\":7,\"offset\":[]}");
        nonsense.socket.close();
        client.cut();
        awaitBroken(2); // this one, and what went with nonsense
        Client again = back(client, offset);
        assertThat(again.sid).isEqualTo(client.sid);
        again.socket.text("41");
        await().until(() -> main.size() == 1);
        Client twice = back(client, offset);
        assertThat(twice.sid).isNotEqualTo(client.sid);
        Client wrong = back(twice, "pos:other.1");
        assertThat(wrong.sid).isNotEqualTo(twice.sid);
        for (Client each : List.of(stranger, again, wrong)) {
            each.socket.close();
        }
    }

    @Test
    void anEmitThatTheLogDoesNotTakeFails() throws Exception {
        assertThat(main.emit("news", 1).toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isNotNull();
        EventLog log = new MemoryLog("r2", MemoryLog.Retention.ofBytes(KEPT_BYTES), InstantSource.system());
        EventLog full = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(),
                new Class<?>[] {EventLog.class},
                (proxy, method, values) -> method.getName().equals("append")
                        ? CompletableFuture.failedStage(
                                new LogFullException("no space", new IOException("a disk is full")))
                        : method.invoke(log, values));
        try (Hub refusing = Hub.over(full).build()) {
            Namespace silent = new SocketIo(sessions, SocketIoOptions.DEFAULT, new Recovery(refusing)).namespace("/");
            assertThatThrownBy(() -> silent.to("room")
                            .emit("news", 1)
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(LogFullException.class);
        }
    }

    @Test
    void whoDisconnectsIsNotKept() throws IOException {
        Client client = connect("");
        client.socket.text("41");
        await().until(() -> main.size() == 0);
        client.socket.close();
        await().until(() -> sessions.size() == 0);
        awaitBroken(0);
    }

    @Test
    void keepsSoManyAndNoMore() throws IOException {
        for (int i = 0; i < 5; i++) {
            connect("").cut();
        }
        await().until(() -> sessions.size() == 0);
        awaitBroken(3);
    }

    @Test
    void aSlowClientGetsEverythingFromTheLogInOrder() throws IOException {
        Client slow = connect("");
        Client quick = connect("");
        int count = 20;
        String much = "x".repeat(10_000);
        for (int i = 0; i < count; i++) {
            main.emit("news", i, much);
        }
        for (Client each : List.of(quick, slow)) {
            for (int i = 0; i < count; i++) {
                assertThat(each.read()).startsWith("42[\"news\"," + i + ",");
            }
            each.socket.close();
        }
    }

    @Test
    void chanceCutsLoseAndRepeatNothing() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Client client = connect("");
        List<String> got = new ArrayList<>();
        main.emit("news", 0);
        String last = client.read();
        got.add(data(last));
        int sent = 1;
        for (int round = 0; round < 20; round++) {
            for (int i = random.nextInt(5); i > 0; i--) {
                main.emit("news", sent++);
            }
            int reads = Math.min(sent - got.size(), random.nextInt(4));
            for (int i = 0; i < reads; i++) {
                last = client.read();
                got.add(data(last));
            }
            client.cut();
            awaitBroken(1);
            for (int i = random.nextInt(3); i > 0; i--) {
                main.emit("news", sent++);
            }
            Client again = back(client, offset(last));
            assertThat(again.sid).isEqualTo(client.sid);
            client = again;
        }
        while (got.size() < sent) {
            got.add(data(client.read()));
        }
        for (int i = 0; i < sent; i++) {
            assertThat(got.get(i)).isEqualTo("42[\"news\"," + i + "]");
        }
        client.socket.close();
    }
}

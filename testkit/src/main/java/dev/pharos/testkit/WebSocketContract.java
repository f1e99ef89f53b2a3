package dev.pharos.testkit;

import static dev.pharos.testkit.RawWebSocket.BINARY;
import static dev.pharos.testkit.RawWebSocket.CLOSE;
import static dev.pharos.testkit.RawWebSocket.CONTINUATION;
import static dev.pharos.testkit.RawWebSocket.PING;
import static dev.pharos.testkit.RawWebSocket.PONG;
import static dev.pharos.testkit.RawWebSocket.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.WebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a {@link WebSocket} carries and how it ends, with a peer that keeps the rules. */
abstract class WebSocketContract extends WebSocketChecks {

    WebSocketContract(HostContract contract) {
        super(contract);
    }

    @BeforeEach
    void onlyWhereThereAreWebSockets() {
        needs(Capability.WEBSOCKET);
    }

    @Test
    void theHandshakeNamesSubprotocolAndFurtherFields() throws Exception {
        serveSockets(new WebSocket.Options("pharos.v1", 1000, 10, Headers.of("X-A", "1", "X-A", "2")), false);
        RawWebSocket client = open("Sec-WebSocket-Protocol: other, pharos.v1");

        assertThat(client.head().all("Sec-WebSocket-Protocol")).containsExactly("pharos.v1");
        assertThat(client.head().all("X-A")).containsExactly("1", "2");
    }

    @Test
    void noSubprotocolIsNamedWhenNoneIsChosen() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);

        assertThat(open("Sec-WebSocket-Protocol: other").head().all("Sec-WebSocket-Protocol"))
                .isEmpty();
    }

    @Test
    void messagesAreEchoed() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        for (int size : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 300_000}) {
            byte[] data = new byte[size];
            Arrays.fill(data, (byte) size);
            RawWebSocket.Frame binary = client.binary(data).readMessage();
            assertThat(binary.opcode()).isEqualTo(BINARY);
            assertThat(binary.payload()).isEqualTo(data);
            String message = "é".repeat(size / 2);
            RawWebSocket.Frame text = client.text(message).readMessage();
            assertThat(text.opcode()).isEqualTo(TEXT);
            assertThat(text.text()).isEqualTo(message);
        }
    }

    @Test
    void everyPartOfARunIsAMessage() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        Encoded run = Encoded.join(List.of(Encoded.of("one"), Encoded.of(""), Encoded.of("drei ü")));
        nextSocket().call(socket -> socket.text(run));

        assertThat(client.readMessage().text()).isEqualTo("one");
        assertThat(client.readMessage().text()).isEmpty();
        assertThat(client.readMessage().text()).isEqualTo("drei ü");
    }

    @Test
    void fragmentsBecomeOneMessage() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        byte[] text = "zwölf Boxkämpfer €".getBytes(UTF_8);
        client.send(false, TEXT, new byte[0]);
        for (byte b : text) {
            client.send(false, CONTINUATION, new byte[] {b});
        }
        client.send(true, CONTINUATION, new byte[0]);

        assertThat(client.readMessage().payload()).isEqualTo(text);
    }

    @Test
    void aPingBetweenFragmentsIsAnswered() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        client.send(false, BINARY, new byte[] {1}).ping("between").send(true, CONTINUATION, new byte[] {2});
        RawWebSocket.Frame pong = client.read();

        assertThat(pong.opcode()).isEqualTo(PONG);
        assertThat(pong.text()).isEqualTo("between");
        assertThat(client.readMessage().payload()).isEqualTo(new byte[] {1, 2});
    }

    @Test
    void framesThatArriveByteByByteAreRead() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        byte[] frames = RawWebSocket.frame(0x80 | TEXT, "slow".getBytes(UTF_8), true);
        for (byte b : frames) {
            client.sendRaw(new byte[] {b});
        }

        assertThat(client.readMessage().text()).isEqualTo("slow");
    }

    @Test
    void framesSentWithTheHandshakeAreNotLost() throws Exception {
        serveEcho();
        RawHttp http = connect();
        RawWebSocket.sendHandshake(http, "/");
        http.send(RawWebSocket.frame(0x80 | TEXT, "early".getBytes(UTF_8), true));

        assertThat(RawWebSocket.accept(http).readMessage().text()).isEqualTo("early");
    }

    @Test
    void pingsAreAnsweredAndPongsAreIgnored() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        assertThat(client.ping("").read()).matches(frame -> frame.opcode() == PONG && frame.payload().length == 0);
        assertThat(client.ping("x".repeat(125)).read().text()).isEqualTo("x".repeat(125));
        client.send(true, PONG, "unasked".getBytes(UTF_8)).text("after");

        assertThat(client.readMessage().text()).isEqualTo("after");
    }

    @Test
    void aPingOfTheProtocolIsEmpty() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        nextSocket().call(WebSocket::ping);
        RawWebSocket.Frame ping = client.read();

        assertThat(ping.opcode()).isEqualTo(PING);
        assertThat(ping.payload()).isEmpty();
    }

    @Test
    void aCloseOfThePeerIsAnsweredAndTold() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();
        RawWebSocket.Frame close = client.sendClose(4001, "für immer").read();

        assertThat(close.opcode()).isEqualTo(CLOSE);
        assertThat(close.closeCode()).isEqualTo(4001);
        assertThat(client.http().readToEnd()).isEmpty();
        assertThat(socket.awaitClosed()).isEqualTo(new SocketProbe.Closed(4001, "für immer"));
    }

    @Test
    void aCloseWithoutACodeIs1005() throws Exception {
        serveEcho();
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();

        assertThat(client.send(true, CLOSE, new byte[0]).read().opcode()).isEqualTo(CLOSE);
        assertThat(socket.awaitClosed()).isEqualTo(new SocketProbe.Closed(1005, ""));
    }

    @Test
    void aBrokenConnectionIs1006() throws Exception {
        serveEcho();
        RawWebSocket closing = open();
        SocketProbe closed = nextSocket();
        RawWebSocket resetting = open();
        SocketProbe reset = nextSocket();
        closing.close();
        resetting.http().reset();

        assertThat(closed.awaitClosed().code()).isEqualTo(1006);
        assertThat(reset.awaitClosed().code()).isEqualTo(1006);
    }

    @Test
    void aCloseOfTheProtocolComesAfterWhatWasSent() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();
        socket.call(s -> {
            s.text(Encoded.of("last"));
            s.close(4000, "genug");
            s.text(Encoded.of("too late"));
            s.close(4002, "again");
        });
        assertThat(client.readMessage().text()).isEqualTo("last");
        RawWebSocket.Frame close = client.read();
        assertThat(close.opcode()).isEqualTo(CLOSE);
        assertThat(close.closeCode()).isEqualTo(4000);
        assertThat(close.closeReason()).isEqualTo("genug");
        client.sendClose(4000, "");

        assertThat(client.http().readToEnd()).isEmpty();
        assertThat(socket.awaitClosed().code()).isEqualTo(4000);
    }

    @Test
    void anEndWithoutAHandshakeComesAfterWhatWasSent() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();
        String large = "x".repeat(300_000);
        socket.call(s -> {
            s.text(Encoded.of(large));
            s.end();
            s.text(Encoded.of("too late"));
            s.close(4000, "too late");
        });
        assertThat(client.readMessage().text()).isEqualTo(large);
        assertThat(client.http().readToEnd()).isEmpty();
        assertThat(socket.awaitClosed().code()).isEqualTo(1006);
    }

    @Test
    void aPeerThatDoesNotAnswerACloseIsLeft() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        client.http().timeout(Duration.ofSeconds(30));
        SocketProbe socket = nextSocket();
        socket.call(s -> s.close(1001, ""));

        assertThat(client.read().opcode()).isEqualTo(CLOSE);
        assertThat(client.http().readToEnd()).isEmpty();
        assertThat(socket.awaitClosed().code()).isEqualTo(1006);
    }

    @Test
    void callsAfterTheEndDoNothing() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();
        client.http().reset();
        socket.awaitClosed();
        AtomicInteger done = new AtomicInteger();
        socket.call(s -> {
            s.text(Encoded.of("x"));
            s.binary(new byte[1]);
            s.ping();
            s.pause();
            s.resume();
            s.close(1000, "");
            done.incrementAndGet();
        });

        await("all calls returned").until(() -> done.get() == 1);
    }

    @Test
    void aPausedSocketStopsTheWritesOfItsPeer() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = open();
        SocketProbe socket = nextSocket();
        AtomicLong sent = new AtomicLong();
        Thread sender = Thread.ofVirtual().start(() -> sendEndlessly(client, sent));
        await("some messages").until(() -> socket.received() > 100);
        socket.call(WebSocket::pause);
        awaitStill("what the peer sent", sent::get);
        long held = sent.get();
        assertThat(held - socket.received()).as("messages sent but not taken").isLessThan(3000);
        socket.call(WebSocket::resume);
        await("more than was held").until(() -> socket.received() > held + 100);
        client.http().reset();
        sender.join();

        socket.awaitClosed();
    }

    @Test
    void aSocketIsNotReadyOnceItsReaderLagsAndNothingIsLost() throws Exception {
        int messages = 4000;
        serveSockets(UpgradeContract.OPTIONS, false);
        RawWebSocket client = RawWebSocket.open(connectSlowReader(), "/");
        SocketProbe socket = nextSocket();
        AtomicInteger next = new AtomicInteger();
        String filler = "x".repeat(16 * 1024);
        socket.feed(() -> next.get() < messages ? Encoded.of(next.getAndIncrement() + filler) : null);
        await("not ready").until(socket::sawUnready);
        awaitStill("what was written", socket::written);
        assertThat(socket.written()).isLessThan(16 << 20);
        for (int i = 0; i < messages; i++) {
            assertThat(client.readMessage().text()).isEqualTo(i + filler);
        }

        assertThat(socket.readies()).isPositive();
    }

    @Test
    void aRunSharedWithAStreamServesBoth() throws Exception {
        List<StreamProbe> streams = new CopyOnWriteArrayList<>();
        List<SocketProbe> sockets = new CopyOnWriteArrayList<>();
        serve((request, reply) -> {
            if (request.path().equals("/stream")) {
                streams.add(StreamProbe.open(request, reply, faults, EVENTS));
            } else {
                sockets.add(SocketProbe.open(request, reply, faults, UpgradeContract.OPTIONS, false));
            }
        });
        RawHttp reader = connect().get("/stream");
        reader.readHead();
        RawWebSocket client = open();
        await("both").until(() -> streams.size() + sockets.size() == 2);
        Encoded shared = Encoded.join(List.of(Encoded.of("one"), Encoded.of("two")));
        for (int i = 0; i < 2; i++) {
            streams.getFirst().write(shared);
            sockets.getFirst().call(socket -> socket.text(shared));
            assertThat(reader.readChunksLike("onetwo")).isEqualTo("onetwo");
            assertThat(client.readMessage().text()).isEqualTo("one");
            assertThat(client.readMessage().text()).isEqualTo("two");
        }
    }

    @Test
    void manySocketsGetTheSameRun() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        List<RawWebSocket> clients = new ArrayList<>();
        List<SocketProbe> sockets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(open());
            sockets.add(nextSocket());
        }
        Encoded shared = Encoded.join(List.of(Encoded.of("one"), Encoded.of("two")));
        sockets.forEach(probe -> probe.call(socket -> socket.text(shared)));

        for (RawWebSocket client : clients) {
            assertThat(client.readMessage().text()).isEqualTo("one");
            assertThat(client.readMessage().text()).isEqualTo("two");
        }
    }

    @Test
    void closingTheHostEndsItsSockets() throws Exception {
        serveSockets(UpgradeContract.OPTIONS, false);
        open();
        SocketProbe socket = nextSocket();
        host().close();

        assertThat(socket.closed()).isTrue();
    }

    private static void sendEndlessly(RawWebSocket client, AtomicLong sent) {
        byte[] frame = RawWebSocket.frame(0x80 | BINARY, new byte[16 * 1024], true);
        try {
            while (true) {
                client.sendRaw(frame);
                sent.incrementAndGet();
            }
        } catch (IOException e) {
            // The check closed the connection: done.
            sent.addAndGet(0);
        }
    }
}

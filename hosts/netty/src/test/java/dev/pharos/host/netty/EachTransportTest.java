package dev.pharos.host.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.http.Body;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is particular to this host, on each transport that the machine has. */
@Timeout(120)
class EachTransportTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private final BlockingQueue<TestStream> streams = new LinkedBlockingQueue<>();
    private @Nullable NettyHost host;

    @AfterEach
    void stop() {
        if (host != null) {
            host.close();
        }
    }

    private NettyHost serve(Transport transport, Handler handler, UnaryOperator<NettyHost.Builder> settings) {
        Assumptions.assumeTrue(transport.available(), "this machine has no " + transport);
        NettyHost started = settings.apply(
                        NettyHost.builder(handler).transport(transport).loops(1))
                .start();
        host = started;
        return started;
    }

    private NettyHost serve(Transport transport, Handler handler) {
        return serve(transport, handler, b -> b);
    }

    private NettyHost serveStreams(Transport transport, UnaryOperator<NettyHost.Builder> settings) {
        return serve(transport, (request, reply) -> streams.add(new TestStream(request, reply)), settings);
    }

    private TestStream nextStream() throws InterruptedException {
        TestStream stream = streams.poll(30, TimeUnit.SECONDS);
        assertThat(stream).as("a stream within 10 s").isNotNull();
        return stream;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesReadersThatTakeNothingWhenAllTogetherTheyHoldTooMuch(Transport transport) throws Exception {
        NettyHost server = serveStreams(transport, b -> b.waitingLimit(256 << 10));
        List<RawHttp> stalled = new CopyOnWriteArrayList<>();
        List<TestStream> opened = new CopyOnWriteArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                stalled.add(RawHttp.connect(server.port(), 4096).send(GET));
                opened.add(nextStream());
            }
            Encoded run = Encoded.of(new byte[60 << 10]);
            AtomicInteger closed = new AtomicInteger();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (TestStream each : opened) {
                    each.onLoop(() -> {
                        if (each.stream.ready()) {
                            each.stream.write(run);
                        }
                    });
                }
                closed.set(opened.stream().mapToInt(each -> each.closes.get()).sum());
                return closed.get() > 0;
            });
            assertThat(closed.get()).as("closed of 16, of which four can wait").isBetween(1, 13);
        } finally {
            for (RawHttp each : stalled) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void makesRoomByClosingTheReadersThatHaveTakenNothingForLongest(Transport transport) throws Exception {
        NettyHost server = serveStreams(transport, b -> b.waitingLimit(256 << 10));
        List<RawHttp> stalled = new CopyOnWriteArrayList<>();
        List<TestStream> opened = new CopyOnWriteArrayList<>();
        Encoded run = Encoded.of(new byte[60 << 10]);
        try {
            while (opened.stream().allMatch(each -> each.closes.get() == 0)) {
                assertThat(opened).as("four can wait").hasSizeLessThan(16);
                stalled.add(RawHttp.connect(server.port(), 4096).send(GET));
                TestStream next = nextStream();
                opened.add(next);
                AtomicBoolean full = new AtomicBoolean();
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    next.onLoop(() -> {
                        // Where writes complete later, what is not ready at once may be so soon.
                        full.set(!next.stream.ready());
                        while (next.stream.ready()) {
                            next.stream.write(run);
                        }
                    });
                    return full.get();
                });
            }
            List<Integer> closed =
                    opened.stream().map(each -> each.closes.get()).toList();
            assertThat(closed).as("closed, in the order in which they stalled").isSortedAccordingTo((a, b) -> b - a);
            assertThat(closed.getLast()).as("the one that asked last").isZero();
        } finally {
            for (RawHttp each : stalled) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isAliveAlsoWhenSilentSocketsHoldAllItsPlaces(Transport transport) throws Exception {
        NettyHost at = serve(
                transport,
                (request, reply) -> reply.send(hello()),
                b -> b.maxConnections(1).alivePath("/live"));
        try (RawHttp silent = RawHttp.connect(at.port())) {
            await().until(() -> at.connections() == 1);
            for (String parts :
                    List.of("GET /live HTTP/1.1\r\nHost: x\r\n\r\n", "GET /l|ive HTTP/1.1\r\nHost: x\r\n\r\n")) {
                try (RawHttp probe = RawHttp.connect(at.port())) {
                    for (String part : parts.split("\\|", -1)) {
                        probe.send(part);
                    }
                    RawHttp.Answer answer = probe.readAnswer();
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.text()).isEqualTo("live\n");
                    assertThat(probe.read()).isEqualTo(-1);
                }
            }
            try (RawHttp probe = RawHttp.connect(at.port())) {
                probe.send("HEAD /live HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(new String(probe.readToEnd(), US_ASCII))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("\r\nContent-Length: 5\r\n")
                        .endsWith("\r\n\r\n");
            }
            for (String other : List.of(
                    "", GET, "GET /lively HTTP/1.1\r\nHost: x\r\n\r\n", "POST /live HTTP/1.1\r\nHost: x\r\n\r\n")) {
                try (RawHttp client = RawHttp.connect(at.port())) {
                    assertThat(client.send(other).readAnswer().status())
                            .as(other)
                            .isEqualTo(503);
                }
            }
            assertThat(silent.send(GET).readAnswer().status())
                    .as("it has its place")
                    .isEqualTo(200);
        }
    }

    private static Response hello() {
        return Response.text(200, "hello");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theBytesOfAnAnswerAreTheseAndNoOthers(Transport transport) throws Exception {
        InstantSource clock = InstantSource.fixed(Instant.parse("1994-11-06T08:49:37Z"));
        NettyHost at = serve(
                transport,
                (request, reply) -> reply.send(Response.empty(204, Headers.of("X", "y", "Content-Length", "9"))),
                b -> b.clock(clock));
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send(GET);
            String expected = "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nX: y\r\n\r\n";
            assertThat(new String(client.readBytes(expected.length()), US_ASCII))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReaderWithATinyWindowGetsEveryByteInOrder(Transport transport) throws Exception {
        NettyHost at = serveStreams(transport, b -> b);
        try (RawHttp client = RawHttp.connect(at.port(), 2048)) {
            client.send(GET);
            TestStream s = nextStream();
            StringBuilder expected = new StringBuilder();
            AtomicInteger written = new AtomicInteger();
            AtomicBoolean blocked = new AtomicBoolean();
            Runnable fill = new Runnable() {
                @Override
                public void run() {
                    while (s.stream.ready() && written.get() < 400) {
                        int n = written.getAndIncrement();
                        String run = n + ":" + Character.toString('a' + n % 26).repeat(1 + n * 131 % 30_000) + "\n";
                        expected.append(run);
                        s.stream.write(Encoded.of(run));
                    }
                    blocked.compareAndSet(false, written.get() < 400);
                    if (written.get() == 400) {
                        s.stream.close();
                    }
                }
            };
            s.whenReady(fill);
            s.onLoop(fill);
            await().until(() -> blocked.get());
            RawHttp.Head head = client.readHead();
            byte[] body = client.readBody(head);
            assertThat(new String(body, US_ASCII)).isEqualTo(expected.toString());
            assertThat(s.readies).hasPositiveValue();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBigAnswerArrivesWholeThoughTheClientHasShutItsSide(Transport transport) throws Exception {
        byte[] big = new byte[5_000_000];
        NettyHost at = serve(transport, (request, reply) -> reply.send(new Response(200, Headers.NONE, big)));
        try (RawHttp client = RawHttp.connect(at.port(), 4096)) {
            client.send(GET).finish();
            assertThat(client.readAnswer().body()).hasSize(big.length);
            assertThat(client.read()).as("the end").isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noMoreRequestsAreTakenThanMayBeInFlight(Transport transport) throws Exception {
        List<Reply> waiting = new CopyOnWriteArrayList<>();
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        NettyHost at = serve(
                transport,
                (request, reply) -> {
                    waiting.add(reply);
                    String path = request.path();
                    tasks.add(() -> request.loop().execute(() -> reply.send(Response.text(200, path))));
                },
                b -> b.maxPipelined(8));
        try (RawHttp client = RawHttp.connect(at.port())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 5_000; i++) {
                requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.send(requests.toString());
            for (int i = 0; i < 5_000; i++) {
                Runnable task = tasks.poll(30, TimeUnit.SECONDS);
                assertThat(task).as("request %d", i).isNotNull();
                assertThat(waiting.size() - i).isLessThanOrEqualTo(8);
                task.run();
                assertThat(client.readAnswer().text()).isEqualTo("/" + i + "\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatGoesIsMissedThoughItsInputIsNotRead(Transport transport) throws Exception {
        Assumptions.assumeTrue(
                transport != Transport.IO_URING, "with io_uring a reset may be seen by the next write only");
        NettyHost at = serveStreams(transport, b -> b);
        RawHttp client = RawHttp.connect(at.port());
        client.send(GET);
        TestStream s = nextStream();
        for (int i = 0; i < 20; i++) {
            client.send("x".repeat(10_000));
        }
        assertThat(s.closes).hasValue(0);
        client.close();
        await().until(() -> s.closes.get() == 1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aHeadThatDripsIs408(Transport transport) throws Exception {
        NettyHost at =
                serve(transport, (request, reply) -> reply.send(hello()), b -> b.headDeadline(Duration.ofSeconds(1)));
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send("GET / HTTP/1.1\r\nHo");
            RawHttp.Answer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).contains("head").contains("1000 ms");
            assertThat(client.read()).isEqualTo(-1);
        }
        try (RawHttp client = RawHttp.connect(at.port())) {
            assertThat(client.read()).as("nothing was asked, nothing is said").isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aHeadThatDripsBehindAnAnsweredRequestIs408(Transport transport) throws Exception {
        NettyHost at =
                serve(transport, (request, reply) -> reply.send(hello()), b -> b.headDeadline(Duration.ofSeconds(1)));
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send(GET + "GET");
            assertThat(client.readAnswer().status()).isEqualTo(200);
            assertThat(client.readAnswer().status()).isEqualTo(408);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyThatStallsIs408(Transport transport) throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        NettyHost at = serve(
                transport,
                (request, reply) -> request.body().read(new Body.Reader() {
                    @Override
                    public boolean isEndless() {
                        return request.path().equals("/endless");
                    }

                    @Override
                    public void onData(ByteBuffer bytes) {}

                    @Override
                    public void onEnd() {
                        seen.add("end");
                    }

                    @Override
                    public void onAbort(IOException cause) {
                        seen.add("abort");
                    }
                }),
                b -> b.headDeadline(Duration.ofSeconds(1)));
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(client.readAnswer().status()).isEqualTo(408);
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("abort");
        }
        try (RawHttp endless = RawHttp.connect(at.port());
                RawHttp client = RawHttp.connect(at.port())) {
            endless.send("POST /endless HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            assertThat(client.readAnswer().status()).isEqualTo(408);
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("abort");
            endless.send("0\r\n\r\n");
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }

    private static final String LARGE = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n";

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyThatIsNotWantedAndStallsEndsItsConnection(Transport transport) throws Exception {
        NettyHost at =
                serve(transport, (request, reply) -> reply.send(hello()), b -> b.drainDeadline(Duration.ofMillis(200)));
        try (RawHttp client = RawHttp.connect(at.port())) {
            assertThat(client.send(LARGE + "abc").readAnswer().status()).isEqualTo(200);
            await().until(() -> at.connections() == 0);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyThatIsNotWantedAndDripsIsCutOffWhenAHeadWouldBe(Transport transport) throws Exception {
        NettyHost at = serve(
                transport,
                (request, reply) -> reply.send(hello()),
                b -> b.drainDeadline(Duration.ofMillis(1_000)).headDeadline(Duration.ofMillis(1_500)));
        long begun = System.nanoTime();
        try (RawHttp client = RawHttp.connect(at.port())) {
            assertThat(client.send(LARGE).readAnswer().status()).isEqualTo(200);
            assertThatThrownBy(() -> {
                        while (true) {
                            client.send("x");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(1_300), Duration.ofSeconds(60));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofABodyThatIsNotWantedNoMoreThanTheBoundIsRead(Transport transport) throws Exception {
        NettyHost at = serve(
                transport,
                (request, reply) -> reply.send(hello()),
                b -> b.drainLimit(64 << 10).drainDeadline(Duration.ofMillis(500)));
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send(LARGE);
            byte[] part = new byte[64 << 10];
            assertThatThrownBy(() -> {
                        for (int sent = 0; sent < 64 << 20; sent += part.length) {
                            client.send(part);
                        }
                    })
                    .isInstanceOf(IOException.class);
            await().until(() -> at.connections() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIdleConnectionIsClosed(Transport transport) throws Exception {
        NettyHost at =
                serve(transport, (request, reply) -> reply.send(hello()), b -> b.idleDeadline(Duration.ofMillis(200)));
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send(GET);
            assertThat(client.readAnswer().status()).isEqualTo(200);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void refusalsNameTheThingAndTheLimit(Transport transport) throws Exception {
        NettyHost at = serve(
                transport,
                (request, reply) -> reply.send(hello()),
                b -> b.requestLineLimit(100).headersLimit(200));
        assertRefused(at, "GET /" + "a".repeat(200) + " HTTP/1.1\r\n\r\n", 414, "request line", "100");
        assertRefused(at, "GET / HTTP/1.1\r\nX: " + "a".repeat(300) + "\r\n\r\n", 431, "header", "200");
        assertRefused(at, "GET / HTTP/1.1\r\n\r\n", 400, "Host");
        assertRefused(at, "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, "HTTP/2.0");
        assertRefused(at, "GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400, "target");
        assertRefused(
                at, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "Transfer-Encoding");
        assertRefused(at, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "malformed");
    }

    private static void assertRefused(NettyHost at, String request, int status, String... words) throws IOException {
        try (RawHttp client = RawHttp.connect(at.port())) {
            client.send(request);
            RawHttp.Answer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).contains(words).hasLineCount(1);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aConnectionAboveTheLimitIs503(Transport transport) throws Exception {
        NettyHost at = serve(transport, (request, reply) -> reply.send(hello()), b -> b.maxConnections(1));
        try (RawHttp first = RawHttp.connect(at.port())) {
            first.send(GET);
            assertThat(first.readAnswer().status()).isEqualTo(200);
            try (RawHttp second = RawHttp.connect(at.port())) {
                RawHttp.Answer answer = second.readAnswer();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("1 connection");
                second.send("what comes late is no reason for a reset");
                assertThat(second.read()).isEqualTo(-1);
            }
        }
        await().until(() -> at.connections() == 0);
        try (RawHttp third = RawHttp.connect(at.port())) {
            third.send(GET);
            assertThat(third.readAnswer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aResetAfterTheClientShutItsSideEndsTheConnection(Transport transport) throws Exception {
        NettyHost at = serve(transport, (request, reply) -> {}, b -> b.writeDeadline(Duration.ofSeconds(2)));
        RawHttp client = RawHttp.connect(at.port());
        client.send(GET).finish();
        await().until(() -> at.connections() == 1);
        client.reset();
        await().until(() -> at.connections() == 0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressThatIsTakenIsNamed(Transport transport) {
        NettyHost at = serve(transport, (request, reply) -> {});
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port());
        assertThatThrownBy(() -> NettyHost.builder((request, reply) -> {})
                        .transport(transport)
                        .address(taken)
                        .start())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining(String.valueOf(at.port()));
    }
}

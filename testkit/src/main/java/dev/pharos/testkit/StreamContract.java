package dev.pharos.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.http.Encoded;
import dev.pharos.http.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What becomes of {@link Reply#stream} when the peer reads. */
abstract class StreamContract extends HostChecks {

    StreamContract(HostContract contract) {
        super(contract);
    }

    @Test
    void theHeadGoesOutBeforeAnyBody() throws Exception {
        serveStreams();
        RawHttp.Head head = connect().get("/").readHead();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.get("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.get("Cache-Control")).isEqualTo("no-store");
        assertThat(head.all("Transfer-Encoding")).containsExactly("chunked");
        assertThat(head.all("Content-Length")).isEmpty();
        assertThat(head.all("Date")).hasSize(1);
        assertThat(nextStream().closed()).isFalse();
    }

    @Test
    void aStreamMayHaveAnyStatus() throws Exception {
        serve((request, reply) ->
                StreamProbe.open(request, reply, faults, 503, EVENTS).write("x").close());
        RawHttp.Answer answer = connect().get("/").readAnswer();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("x");
    }

    @Test
    void aRunGoesOutAtOnce() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        for (int i = 0; i < 20; i++) {
            String event = "data: " + i + "\n\n";
            stream.write(event);
            assertThat(client.readChunksLike(event)).isEqualTo(event);
        }

        assertThat(client.silentFor(Duration.ofMillis(50))).isTrue();
    }

    @Test
    void runsWrittenInOneTurnArriveWholeAndInOrder() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        StringBuilder expected = new StringBuilder();
        stream.onLoop(() -> {
            for (int i = 0; i < 500; i++) {
                String event = "data: " + i + " é " + "x".repeat(i % 97) + "\n\n";
                expected.append(event);
                stream.write(event);
            }
        });
        assertThat(stream.ask(() -> true)).isTrue();

        assertThat(client.readChunksLike(expected.toString())).isEqualTo(expected.toString());
    }

    @Test
    void runsOfManyPartsAndOfAnySizeArriveWhole() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        for (int size : new int[] {1, 15, 16, 255, 256, 4095, 4096, 4097, 65_535, 65_536, 300_000}) {
            Encoded run = Encoded.join(
                    List.of(Encoded.of("a".repeat(size)), Encoded.of("b".repeat(size)), Encoded.of("c".repeat(size))));
            stream.write(run);
            assertThat(client.readChunks(3 * size)).isEqualTo(run.bytes());
        }
    }

    @Test
    void anEmptyRunDoesNotEndTheStream() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        stream.write("").write("a").write(Encoded.join(List.of())).write("b").close();

        assertThat(new String(client.readChunks(2), UTF_8)).isEqualTo("ab");
        assertThat(client.readChunk()).isNull();
    }

    @Test
    void aCloseSendsOneLastChunkAndKeepsTheConnection() throws Exception {
        serveStreams();
        RawHttp client = connect();
        for (int round = 0; round < 3; round++) {
            RawHttp.Head head = client.get("/").readHead();
            StreamProbe stream = nextStream();
            stream.write("a").write("b").close();
            assertThat(new String(client.readBody(head), UTF_8)).isEqualTo("ab");
            await("onClose").until(stream::closed);
        }

        assertThat(client.silentFor(Duration.ofMillis(50))).isTrue();
    }

    @Test
    void aStreamMayBeClosedWithoutABody() throws Exception {
        serve((request, reply) ->
                StreamProbe.open(request, reply, faults, EVENTS).close());
        RawHttp client = connect();

        assertThat(client.get("/").readAnswer().body()).isEmpty();
        assertThat(client.get("/").readAnswer().body()).isEmpty();
    }

    @Test
    void callsAfterTheEndDoNothing() throws Exception {
        serveStreams();
        RawHttp client = connect();
        RawHttp.Head head = client.get("/").readHead();
        StreamProbe stream = nextStream();
        stream.onLoop(() -> stream.write("a").close().close().write("b").close());
        assertThat(new String(client.readBody(head), UTF_8)).isEqualTo("a");
        await("onClose").until(stream::closed);
        stream.write("c").close();
        assertThat(stream.ask(() -> true)).isTrue();

        assertThat(client.silentFor(Duration.ofMillis(50))).isTrue();
    }

    @Test
    void aStreamMayBeginLater() throws Exception {
        List<Runnable> later = new CopyOnWriteArrayList<>();
        serve((request, reply) -> later.add(() -> request.loop()
                .execute(() -> StreamProbe.open(request, reply, faults, EVENTS)
                        .write("late")
                        .close())));
        RawHttp client = connect().get("/");
        await("the request").until(() -> !later.isEmpty());
        later.getFirst().run();

        assertThat(client.readAnswer().text()).isEqualTo("late");
    }

    @Test
    void aStreamToHeadHasNoBody() throws Exception {
        serve((request, reply) -> {
            if (request.method().equals("HEAD")) {
                StreamProbe.open(request, reply, faults, EVENTS).write("unseen").close();
            } else {
                reply.send(hello(request));
            }
        });
        RawHttp client = connect();
        RawHttp.Head head = client.request("HEAD", "/").readHead();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.get("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.all("Content-Length")).isEmpty();
        assertThat(client.get("/next").readAnswer().text()).isEqualTo("GET /next\n");
    }

    @Test
    void aRequestPipelinedBehindAStreamIsAnsweredAfterItsEnd() throws Exception {
        List<StreamProbe> streams = new CopyOnWriteArrayList<>();
        serve((request, reply) -> {
            if (request.path().equals("/stream")) {
                streams.add(StreamProbe.open(request, reply, faults, EVENTS));
            } else {
                reply.send(hello(request));
            }
        });
        RawHttp client = connect().get("/stream").get("/next");
        client.readHead();
        await("the stream").until(() -> !streams.isEmpty());
        streams.getFirst().write("a");
        assertThat(client.readChunksLike("a")).isEqualTo("a");
        assertThat(client.silentFor(Duration.ofMillis(100))).isTrue();
        streams.getFirst().close();

        assertThat(client.readChunk()).isNull();
        assertThat(client.readAnswer().text()).isEqualTo("GET /next\n");
    }

    @Test
    void aStreamWhoseTurnHasNotComeIsNotLost() throws Exception {
        List<Runnable> first = new CopyOnWriteArrayList<>();
        serve((request, reply) -> {
            if (request.path().equals("/first")) {
                first.add(() -> request.loop().execute(() -> reply.send(hello(request))));
            } else {
                StreamProbe.open(request, reply, faults, EVENTS)
                        .write("a")
                        .write("b")
                        .close();
            }
        });
        RawHttp client = connect().get("/first").get("/second");
        await("the first request").until(() -> !first.isEmpty());
        assertThat(client.silentFor(Duration.ofMillis(50))).isTrue();
        first.getFirst().run();

        assertThat(client.readAnswer().text()).isEqualTo("GET /first\n");
        assertThat(client.readAnswer().text()).isEqualTo("ab");
    }

    @Test
    void aClientThatAsksForItGetsTheEndOfTheConnectionAfterTheStream() throws Exception {
        serveStreams();
        RawHttp client = connect();
        RawHttp.Head head = client.get("/", "Connection: close").readHead();
        nextStream().write("a").close();

        assertThat(new String(client.readBody(head), UTF_8)).isEqualTo("a");
        assertThat(client.read()).isEqualTo(-1);
    }

    @Test
    void anOldClientGetsAStreamWithoutChunks() throws Exception {
        needs(Capability.HTTP_1_0);
        serveStreams();
        RawHttp client = connect().send("GET / HTTP/1.0\r\n\r\n");
        RawHttp.Head head = client.readHead();
        StreamProbe stream = nextStream();
        stream.write("a");
        assertThat(client.readBytes(1)).isEqualTo(new byte[] {'a'});
        stream.write("bc").close();

        assertThat(head.all("Transfer-Encoding")).isEmpty();
        assertThat(new String(client.readToEnd(), UTF_8)).isEqualTo("bc");
        await("onClose").until(stream::closed);
    }

    @Test
    void oneRunServesEveryFraming() throws Exception {
        needs(Capability.HTTP_1_0);
        serveStreams();
        RawHttp old = connect().send("GET / HTTP/1.0\r\n\r\n");
        old.readHead();
        StreamProbe toOld = nextStream();
        RawHttp chunked = connect().get("/");
        chunked.readHead();
        StreamProbe toChunked = nextStream();
        Encoded shared = Encoded.join(List.of(Encoded.of("data: 1\n\n"), Encoded.of("data: 2\n\n")));
        for (int i = 0; i < 3; i++) {
            toOld.write(shared);
            toChunked.write(shared);
            assertThat(old.readBytes(shared.length())).isEqualTo(shared.bytes());
            assertThat(chunked.readChunks(shared.length())).isEqualTo(shared.bytes());
        }

        assertThat(shared.toString()).isEqualTo("data: 1\n\ndata: 2\n\n");
    }

    @Test
    void manyStreamsGetTheSameRuns() throws Exception {
        int count = 500;
        serveStreams();
        List<RawHttp> clients = new ArrayList<>();
        List<StreamProbe> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawHttp client = connect().get("/" + i);
            client.readHead();
            clients.add(client);
            streams.add(nextStream());
        }
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            Encoded shared = Encoded.of("id: " + i + "\ndata: shared by all\n\n");
            expected.append(shared);
            streams.forEach(stream -> stream.write(shared));
        }
        streams.forEach(StreamProbe::close);

        for (RawHttp client : clients) {
            assertThat(client.readChunksLike(expected.toString())).isEqualTo(expected.toString());
            assertThat(client.readChunk()).isNull();
        }
        await("all ended").until(() -> streams.stream().allMatch(StreamProbe::closed));
    }

    @Test
    void aClosedHostListensNoMore() throws Exception {
        serveStreams();
        connect().get("/").readHead();
        int port = host().port();
        host().close();

        assertThatThrownBy(() -> RawHttp.connect(port).close()).isInstanceOf(IOException.class);
    }

    @Test
    void closingTheHostEndsItsStreams() throws Exception {
        serveStreams();
        List<RawHttp> clients = new ArrayList<>();
        List<StreamProbe> streams = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            RawHttp client = connect().get("/");
            client.readHead();
            clients.add(client);
            streams.add(nextStream());
        }
        host().close();
        host().close();

        for (RawHttp client : clients) {
            client.readToEnd();
        }
        assertThat(streams).allMatch(StreamProbe::closed);
    }
}

package dev.pharos.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.http.Body;
import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a protocol gets of a request's {@link Body}. */
abstract class BodyContract extends HostChecks {

    BodyContract(HostContract contract) {
        super(contract);
    }

    /** Answers every request with its own body once that has come. */
    private void serveEcho() {
        serve((request, reply) -> {
            long length = request.body().length();
            BodyProbe.read(request, faults)
                    .whole()
                    .thenAccept(body ->
                            reply.send(new Response(200, Headers.of("X-Length", String.valueOf(length)), body)));
        });
    }

    @Test
    void aBodyOfKnownLengthArrives() throws Exception {
        serveEcho();
        RawHttp client = connect();
        RawHttp.Answer answer =
                client.request("POST", "/", "Content-Length: 5").send("hello").readAnswer();

        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.head().get("X-Length")).isEqualTo("5");
        assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
    }

    @Test
    void aRequestWithoutABodyHasAnEmptyOne() throws Exception {
        serveEcho();
        RawHttp client = connect();
        RawHttp.Answer get = client.get("/").readAnswer();
        RawHttp.Answer post = client.request("POST", "/", "Content-Length: 0").readAnswer();

        assertThat(get.body()).isEmpty();
        assertThat(get.head().get("X-Length")).isEqualTo("0");
        assertThat(post.body()).isEmpty();
        assertThat(post.head().get("X-Length")).isEqualTo("0");
    }

    @Test
    void aChunkedBodyArrives() throws Exception {
        serveEcho();
        RawHttp client = connect();
        client.request("POST", "/", "Transfer-Encoding: chunked")
                .chunk("one ")
                .chunk("two ")
                .chunk("x".repeat(5000))
                .lastChunk();
        RawHttp.Answer answer = client.readAnswer();

        assertThat(answer.text()).isEqualTo("one two " + "x".repeat(5000));
        assertThat(answer.head().get("X-Length")).isEqualTo("-1");
        client.request("POST", "/", "Transfer-Encoding: chunked").lastChunk();
        assertThat(client.readAnswer().body()).isEmpty();
    }

    @Test
    void chunkExtensionsAndTrailersAreSkipped() throws Exception {
        serveEcho();
        RawHttp client = connect();
        client.request("POST", "/", "Transfer-Encoding: chunked").send("5;a=b;c\r\nhello\r\n0\r\n\r\n");
        assertThat(client.readAnswer().text()).isEqualTo("hello");
        needs(Capability.TRAILERS);
        client.request("POST", "/", "Transfer-Encoding: chunked").send("5\r\nhello\r\n0\r\nX-A: b\r\nX-B: c\r\n\r\n");
        assertThat(client.readAnswer().text()).isEqualTo("hello");

        assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
    }

    @Test
    void aChunkHeadWithoutEndIsCutOff() throws Exception {
        CompletableFuture<BodyProbe> probe = new CompletableFuture<>();
        serve((request, reply) -> probe.complete(BodyProbe.read(request, faults)));
        RawHttp client =
                connect().request("POST", "/", "Transfer-Encoding: chunked").send("5;");
        byte[] extension = "x".repeat(64 * 1024).getBytes(UTF_8);
        assertThatThrownBy(() -> {
                    for (int sent = 0; sent < 64 << 20; sent += extension.length) {
                        client.send(extension);
                    }
                })
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);

        assertThatThrownBy(() -> soon(probe).whole().get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void bodiesOfPipelinedRequestsStayApart() throws Exception {
        serveEcho();
        RawHttp client = connect();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            String body = "body " + i;
            all.append("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ")
                    .append(body.length())
                    .append("\r\n\r\n")
                    .append(body);
        }
        client.send(all.toString());

        for (int i = 0; i < 30; i++) {
            assertThat(client.readAnswer().text()).isEqualTo("body " + i);
        }
    }

    @Test
    void aBigBodyArrivesWhole() throws Exception {
        serveEcho();
        byte[] body = new byte[4 << 20];
        new Random(7).nextBytes(body);
        RawHttp client = connect();
        client.request("POST", "/", "Content-Length: " + body.length).send(body);

        assertThat(client.readAnswer().body()).isEqualTo(body);
    }

    @Test
    void partsOfABodyArriveAsTheyAreSent() throws Exception {
        CompletableFuture<BodyProbe> probe = new CompletableFuture<>();
        serve((request, reply) -> probe.complete(BodyProbe.read(request, faults)));
        RawHttp client = connect().request("POST", "/", "Transfer-Encoding: chunked");
        BodyProbe body = soon(probe);
        for (int i = 1; i <= 5; i++) {
            int expected = 3 * i;
            client.chunk("abc");
            await("part " + i).until(() -> body.received() == expected);
        }

        assertThat(body.whole()).isNotDone();
    }

    @Test
    void aBodyMayBeReadLater() throws Exception {
        CompletableFuture<Runnable> later = new CompletableFuture<>();
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        serve((request, reply) -> later.complete(() -> request.loop()
                .execute(() -> BodyProbe.read(request, faults).whole().thenAccept(body -> {
                    whole.complete(body);
                    reply.send(hello(request));
                }))));
        RawHttp client = connect().request("POST", "/", "Content-Length: 5").send("hello");
        soon(later).run();

        assertThat(client.readAnswer().status()).isEqualTo(200);
        assertThat(new String(whole.join(), UTF_8)).isEqualTo("hello");
    }

    @Test
    void aPausedBodyStopsTheWritesOfItsPeer() throws Exception {
        CompletableFuture<BodyProbe> probe = new CompletableFuture<>();
        serve((request, reply) -> {
            BodyProbe body = new BodyProbe(faults, request, false);
            request.body().read(body);
            probe.complete(body);
        });
        RawHttp client = connect().request("POST", "/", "Transfer-Encoding: chunked");
        AtomicLong sent = new AtomicLong();
        Thread sender = Thread.ofVirtual().start(() -> sendEndlessly(client, sent));
        BodyProbe body = soon(probe);
        await("a megabyte").until(() -> body.received() > 1 << 20);
        body.pause();
        awaitStill("what the peer sent", sent::get);
        long taken = body.received();
        long held = sent.get() - taken;
        assertThat(held).as("bytes sent but not taken").isLessThan(48 << 20);
        body.resume();
        await("more than was held").until(() -> body.received() > taken + held + (1 << 20));
        body.pause();
        awaitStill("what the peer sent", sent::get);
        body.resume();
        long resumed = body.received();
        await("more again").until(() -> body.received() > resumed + (1 << 20));
        client.reset();
        sender.join();

        assertThatThrownBy(() -> soon(body.whole())).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aBodyPausedFromWithinIsNotLost() throws Exception {
        serve((request, reply) -> {
            BodyProbe[] probe = new BodyProbe[1];
            Body.Reader stopping = new Body.Reader() {
                @Override
                public void onData(ByteBuffer bytes) {
                    request.body().pause();
                    probe[0].onData(bytes);
                    request.loop().execute(request.body()::resume);
                }

                @Override
                public void onEnd() {
                    probe[0].onEnd();
                }

                @Override
                public void onAbort(IOException cause) {
                    probe[0].onAbort(cause);
                }
            };
            probe[0] = new BodyProbe(faults, request, true);
            probe[0].whole().thenAccept(body -> reply.send(new Response(200, Headers.NONE, body)));
            request.body().read(stopping);
        });
        byte[] body = new byte[300_000];
        new Random(11).nextBytes(body);
        RawHttp client = connect();
        client.request("POST", "/", "Content-Length: " + body.length).send(body);

        assertThat(client.readAnswer().body()).isEqualTo(body);
    }

    @Test
    void aBodyWhosePeerResetsAborts() throws Exception {
        assertAborts("Content-Length: 100", "only this", true);
    }

    @Test
    void aBodyWhosePeerClosesAborts() throws Exception {
        assertAborts("Content-Length: 100", "only this", false);
    }

    @Test
    void aChunkedBodyWhosePeerClosesAborts() throws Exception {
        assertAborts("Transfer-Encoding: chunked", "4\r\nabcd\r\n", false);
    }

    @Test
    void aBodyWithBrokenChunksAborts() throws Exception {
        CompletableFuture<BodyProbe> probe = new CompletableFuture<>();
        serve((request, reply) -> {
            if (request.method().equals("GET")) {
                reply.send(hello(request));
            } else {
                probe.complete(BodyProbe.read(request, faults));
            }
        });
        connect().request("POST", "/", "Transfer-Encoding: chunked").send("3\r\nabc\r\nnonsense\r\n\r\n");
        BodyProbe body = soon(probe);

        assertThatThrownBy(() -> soon(body.whole()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertAlive();
    }

    private void assertAborts(String framing, String begun, boolean reset) throws Exception {
        CompletableFuture<BodyProbe> probe = new CompletableFuture<>();
        serve((request, reply) -> probe.complete(BodyProbe.read(request, faults)));
        RawHttp client = connect().request("POST", "/", framing).send(begun);
        BodyProbe body = soon(probe);
        await("the first bytes").until(() -> body.received() > 0);
        if (reset) {
            client.reset();
        } else {
            client.close();
        }

        assertThatThrownBy(() -> soon(body.whole()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anUnreadBodyIsDrainedOrEndsItsConnection() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        for (int i = 0; i < 10; i++) {
            RawHttp client = connect();
            if (i % 2 == 0) {
                client.request("POST", "/", "Content-Length: 10000").send("x".repeat(10_000));
            } else {
                client.request("POST", "/", "Transfer-Encoding: chunked")
                        .chunk("y".repeat(1000))
                        .lastChunk();
            }
            assertThat(client.readAnswer().text()).isEqualTo("POST /\n");
            assertThat(nextAnswer(client)).isIn("GET /next\n", "the end");
        }
    }

    private static String nextAnswer(RawHttp client) throws IOException {
        try {
            return client.get("/next").readAnswer().text();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return "the end";
        }
    }

    @Test
    void aBigUnreadBodyIsNotTakenForARequest() throws Exception {
        serve((request, reply) -> {
            if (request.path().equals("/smuggled")) {
                faults.add("a part of a body was taken for a request");
            }
            reply.send(Response.text(413, "too big"));
        });
        RawHttp client = connect();
        client.request("POST", "/", "Content-Length: 100000000");
        String inside = "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";
        AtomicLong sent = new AtomicLong();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                byte[] block = inside.repeat(500).getBytes(UTF_8);
                while (sent.get() < 90_000_000) {
                    client.send(block);
                    sent.addAndGet(block.length);
                }
            } catch (IOException e) {
                sent.addAndGet(0);
            }
        });

        if (can(Capability.EARLY_ANSWER)) {
            assertThat(client.readAnswer().status()).isEqualTo(413);
        }
        client.close();
        sender.join();
    }

    @Test
    void anAnswerArrivesThoughTheBodyNeverComes() throws Exception {
        serve((request, reply) -> reply.send(Response.text(413, "too big")));
        RawHttp client =
                connect().request("POST", "/", "Content-Length: 100000000").send("x".repeat(1000));

        assertThat(client.readAnswer().status()).isEqualTo(413);
    }

    @Test
    void anEarlyAnswerReachesAPeerThatFirstSendsItsWholeBody() throws Exception {
        needs(Capability.PATIENT_END);
        serve((request, reply) -> reply.send(Response.text(413, "too big")));
        byte[] part = new byte[64 << 10];
        for (String framing : new String[] {"Content-Length: " + (8 << 20), "Transfer-Encoding: chunked"}) {
            RawHttp client = connect().request("POST", "/", framing);
            RawHttp.Answer answer = client.readAnswer(); // so that the host has done what it does
            for (int sent = 0; sent < 8 << 20; sent += part.length) {
                if (framing.startsWith("C")) {
                    client.send(part);
                } else {
                    client.chunk("x".repeat(part.length));
                }
            }
            assertThat(answer.status()).as(framing).isEqualTo(413);
            assertThat(client.finish().readToEnd()).as(framing).isEmpty();
        }
    }

    @Test
    void aPeerThatSendsWithoutEndAfterItsAnswerIsCutOff() throws Exception {
        needs(Capability.EARLY_ANSWER);
        serve((request, reply) ->
                reply.send(request.method().equals("GET") ? hello(request) : Response.text(413, "too big")));
        RawHttp client = connect().request("POST", "/", "Transfer-Encoding: chunked");
        AtomicLong sent = new AtomicLong();
        sendEndlessly(client, sent);
        assertThat(sent.get()).isLessThan(256 << 20);
        assertAlive();
    }

    @Test
    void continueIsSentForABodyThatIsRead() throws Exception {
        serveEcho();
        RawHttp client = connect().request("POST", "/", "Content-Length: 5", "Expect: 100-continue");
        assertThat(client.readHead().status()).isEqualTo(100);
        client.send("hello");

        assertThat(client.readAnswer().text()).isEqualTo("hello");
        assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
    }

    @Test
    void continueIsNotSentForABodyThatIsNotRead() throws Exception {
        needs(Capability.LAZY_CONTINUE);
        serve((request, reply) -> reply.send(Response.text(403, "no")));
        RawHttp client = connect().request("POST", "/", "Content-Length: 5", "Expect: 100-continue");

        assertThat(client.readHead().status()).isEqualTo(403);
    }

    @Test
    void aBodyAndAStreamRunSideBySide() throws Exception {
        serve((request, reply) -> {
            StreamProbe stream = StreamProbe.open(request, reply, faults, EVENTS);
            request.body().read(new Body.Reader() {
                @Override
                public void onData(ByteBuffer bytes) {
                    stream.write(UTF_8.decode(bytes).toString());
                }

                @Override
                public void onEnd() {
                    stream.close();
                }

                @Override
                public void onAbort(IOException cause) {
                    faults.add("the body aborted", cause);
                }
            });
        });
        RawHttp client = connect().request("POST", "/", "Transfer-Encoding: chunked");
        client.readHead();
        for (int i = 0; i < 5; i++) {
            client.chunk("echo " + i);
            assertThat(client.readChunksLike("echo " + i)).isEqualTo("echo " + i);
        }
        client.lastChunk();

        assertThat(client.readChunk()).isNull();
    }

    private static void sendEndlessly(RawHttp client, AtomicLong sent) {
        String chunk = "x".repeat(16 * 1024);
        try {
            while (true) {
                client.chunk(chunk);
                sent.addAndGet(chunk.length());
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            // The check closed the connection: done.
            sent.addAndGet(0);
        }
    }
}

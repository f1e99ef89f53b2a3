package dev.pharos.host.jdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.http.Body;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What this host does beyond the contract of every host. */
class JdkHostTest {

    private @Nullable JdkHost host;

    @AfterEach
    void close() {
        if (host != null) {
            host.close();
        }
    }

    private RawHttp serve(Handler handler) throws IOException {
        return serve(JdkHost.builder(handler));
    }

    private RawHttp serve(JdkHost.Builder builder) throws IOException {
        host = builder.start();
        return RawHttp.connect(host.port(), 8 * 1024);
    }

    /** Listens to the end of a stream. */
    private static final class End implements ResponseStream.Listener {

        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void onReady() {}

        @Override
        public void onClose() {
            closed.countDown();
        }

        boolean came() throws InterruptedException {
            return closed.await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aHeaderOutsideLatin1IsAnErrorOfTheProtocol() throws Exception {
        try (RawHttp client =
                serve((request, reply) -> reply.send(Response.empty(200, Headers.of("X-A", "1", "X-B", "€"))))) {
            RawHttp.Answer answer = client.get("/").readAnswer();

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.head().all("X-A")).isEmpty();
        }
    }

    @Test
    void aSecondAnswerIsRefusedAndTheFirstOneStands() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        try (RawHttp client = serve((request, reply) -> {
            reply.send(Response.text(200, "first"));
            try {
                reply.send(Response.text(200, "second"));
            } catch (IllegalStateException e) {
                refused.complete(e);
            }
        })) {
            assertThat(client.get("/path").readAnswer().text()).isEqualTo("first\n");
            assertThat(refused.get(30, TimeUnit.SECONDS)).hasMessageContaining("GET /path");
        }
    }

    @Test
    void aStreamWhoseHandlerFailedEndsUncleanly() throws Exception {
        End end = new End();
        try (RawHttp client = serve((request, reply) -> {
            reply.stream(200, Headers.NONE, end);
            throw new IllegalStateException("thrown by a test");
        })) {
            client.get("/");

            assertThat(end.came()).isTrue();
            assertThat(new String(client.readToEnd(), ISO_8859_1)).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void aStreamToHeadEndsAtOnce() throws Exception {
        End end = new End();
        try (RawHttp client = serve((request, reply) -> reply.stream(200, Headers.NONE, end))) {
            assertThat(client.request("HEAD", "/").readHead().status()).isEqualTo(200);
            assertThat(end.came()).isTrue();
        }
    }

    @Test
    void aWholeAnswerThatNobodyTakesIsEnded() throws Exception {
        CompletableFuture<Request> served = new CompletableFuture<>();
        try (RawHttp client = serve(JdkHost.builder((request, reply) -> {
                    served.complete(request);
                    reply.send(new Response(200, Headers.NONE, new byte[32 << 20]));
                })
                .writeDeadline(Duration.ofMillis(300)))) {
            RawHttp.Head head = client.get("/").readHead();
            client.readBytes(100);
            // The reset comes while this end does not read: no time-out of its own is waited for.
            assertThatThrownBy(() -> {
                        while (true) {
                            client.send("x");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(head.get("Content-Length")).isEqualTo(Integer.toString(32 << 20));
        }
    }

    @Test
    void closingTellsRequestsThatWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch aborted = new CountDownLatch(1);
        try (RawHttp client = serve((request, reply) -> {
            reply.onAbort(aborted::countDown);
            asked.countDown();
        })) {
            client.get("/");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            close();

            assertThat(aborted.getCount()).isZero();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void aBodyThatAbortsTellsTheReplyToo() throws Exception {
        CountDownLatch aborted = new CountDownLatch(1);
        CompletableFuture<Reply> asked = new CompletableFuture<>();
        try (RawHttp client = serve((request, reply) -> {
            reply.onAbort(aborted::countDown);
            request.body().read(new Discard());
            asked.complete(reply);
        })) {
            client.request("POST", "/", "Content-Length: 10").send("abc");
            asked.get(30, TimeUnit.SECONDS);
            client.reset();

            assertThat(aborted.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anAnswerToABrokenBodyStillArrives() throws Exception {
        try (RawHttp client = serve((request, reply) -> request.body().read(new Discard() {
            @Override
            public void onAbort(IOException cause) {
                reply.send(Response.text(400, "broken"));
            }
        }))) {
            client.request("POST", "/", "Transfer-Encoding: chunked").send("nonsense\r\n");

            assertThat(client.readAnswer().status()).isEqualTo(400);
        }
    }

    @Test
    void aStreamIsHeldOpenWithoutWritingWhileItsPeerIsSilent() throws Exception {
        CompletableFuture<ResponseStream> opened = new CompletableFuture<>();
        CompletableFuture<Request> asked = new CompletableFuture<>();
        try (RawHttp client = serve(JdkHost.builder((request, reply) -> {
                    asked.complete(request);
                    opened.complete(reply.stream(200, Headers.NONE, new End()));
                })
                .writeDeadline(Duration.ofMillis(50)))) {
            client.get("/").readHead();
            assertThat(client.silentFor(Duration.ofMillis(300))).isTrue();
            asked.join().loop().execute(() -> opened.join().write(Encoded.of("still here")));

            assertThat(client.readChunksLike("still here")).isEqualTo("still here");
        }
    }

    @Test
    void anAddressThatIsTakenIsNamed() throws Exception {
        try (RawHttp client = serve((request, reply) -> {})) {
            assertThat(client.closed()).isFalse();
            InetSocketAddress taken =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), host == null ? 0 : host.port());

            assertThatThrownBy(() -> JdkHost.builder((request, reply) -> {})
                            .address(taken)
                            .start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(Integer.toString(taken.getPort()));
        }
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        JdkHost.Builder builder = JdkHost.builder((request, reply) -> {});

        assertThatThrownBy(() -> builder.loops(0)).hasMessageContaining("0");
        assertThatThrownBy(() -> builder.writeDeadline(Duration.ZERO)).hasMessageContaining("PT0S");
    }

    private static class Discard implements Body.Reader {

        @Override
        public void onData(ByteBuffer bytes) {}

        @Override
        public void onEnd() {}

        @Override
        public void onAbort(IOException cause) {}
    }
}

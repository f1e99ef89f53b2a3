package dev.pharos.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import java.io.IOException;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What becomes of {@link Reply#send}. */
abstract class AnswerContract extends HostChecks {

    AnswerContract(HostContract contract) {
        super(contract);
    }

    @Test
    void aWholeAnswerArrivesWithItsLength() throws Exception {
        byte[] body = "grüße".getBytes(UTF_8);
        serve((request, reply) -> reply.send(new Response(418, Headers.of("X-A", "1", "X-B", "two words"), body)));
        RawHttp.Answer answer = connect().get("/").readAnswer();

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.head().version()).isEqualTo("HTTP/1.1");
        assertThat(answer.head().get("X-A")).isEqualTo("1");
        assertThat(answer.head().get("x-b")).isEqualTo("two words");
        assertThat(answer.head().all("Content-Length")).containsExactly(String.valueOf(body.length));
        assertThat(answer.head().all("Transfer-Encoding")).isEmpty();
        assertThat(answer.head().all("Date")).hasSize(1);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void fieldsOfTheSameNameStayApart() throws Exception {
        serve((request, reply) ->
                reply.send(Response.empty(200, Headers.of("Set-Cookie", "a=1", "X-A", "1", "Set-Cookie", "b=2"))));

        assertThat(connect().get("/").readAnswer().head().all("Set-Cookie")).containsExactly("a=1", "b=2");
    }

    @Test
    void anEmptyAnswerSaysItsLength() throws Exception {
        serve((request, reply) -> reply.send(Response.empty(200, Headers.NONE)));
        RawHttp client = connect();
        RawHttp.Answer answer = client.get("/").readAnswer();

        assertThat(answer.head().all("Content-Length")).containsExactly("0");
        assertThat(client.get("/again").readAnswer().status()).isEqualTo(200);
    }

    @Test
    void headHasTheLengthButNoBody() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();
        RawHttp.Head head = client.request("HEAD", "/").readHead();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.all("Content-Length")).containsExactly("7");
        assertThat(client.get("/next").readAnswer().text()).isEqualTo("GET /next\n");
    }

    @Test
    void headOfNothingDoesNotSayThatGetHasNothing() throws Exception {
        serve((request, reply) ->
                reply.send(request.method().equals("HEAD") ? Response.empty(200, Headers.NONE) : hello(request)));
        RawHttp client = connect();
        RawHttp.Head head = client.request("HEAD", "/").readHead();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.all("Content-Length")).isEmpty();
        assertThat(client.get("/next").readAnswer().text()).isEqualTo("GET /next\n");
    }

    @Test
    void noContentAndNotModifiedHaveNoBody() throws Exception {
        serve((request, reply) ->
                reply.send(request.path().equals("/next") ? hello(request) : Response.text(status(request), "unseen")));
        RawHttp client = connect();
        RawHttp.Head noContent = client.get("/204").readHead();
        assertThat(noContent.status()).isEqualTo(204);
        assertThat(noContent.all("Content-Length")).isEmpty();
        assertThat(noContent.all("Transfer-Encoding")).isEmpty();
        RawHttp.Head notModified = client.get("/304").readHead();
        assertThat(notModified.status()).isEqualTo(304);
        assertThat(notModified.all("Transfer-Encoding")).isEmpty();

        assertThat(client.get("/next").readAnswer().text()).isEqualTo("GET /next\n");
    }

    private static int status(Request request) {
        return Integer.parseInt(request.path().substring(1));
    }

    @Test
    void anAnswerMayComeLater() throws Exception {
        List<Runnable> answers = new CopyOnWriteArrayList<>();
        serve((request, reply) -> answers.add(() -> request.loop().execute(() -> reply.send(hello(request)))));
        RawHttp client = connect();
        client.get("/later");
        await("the request").until(() -> !answers.isEmpty());
        assertThat(client.silentFor(Duration.ofMillis(50))).isTrue();
        answers.getFirst().run();

        assertThat(client.readAnswer().text()).isEqualTo("GET /later\n");
    }

    @Test
    void aRequestThatWaitsDisturbsNoOther() throws Exception {
        serve((request, reply) -> {
            if (!request.path().equals("/never")) {
                reply.send(hello(request));
            }
        });
        for (int i = 0; i < 100; i++) {
            connect().get("/never");
        }

        assertThat(connect().get("/x").readAnswer().text()).isEqualTo("GET /x\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: test\r\n\r\n");
        }
        client.send(all.toString());

        for (int i = 0; i < 100; i++) {
            assertThat(client.readAnswer().text()).isEqualTo("GET /" + i + "\n");
        }
    }

    @Test
    void answersKeepTheOrderOfRequestsWhenTheFirstIsLate() throws Exception {
        Map<String, Runnable> waiting = new ConcurrentHashMap<>();
        serve((request, reply) -> {
            Runnable answer = () -> request.loop().execute(() -> reply.send(hello(request)));
            if (request.path().equals("/3")) {
                reply.send(hello(request));
            } else {
                waiting.put(request.path(), answer);
            }
        });
        RawHttp client = connect();
        client.get("/1").get("/2").get("/3");
        await("the first request").until(() -> waiting.containsKey("/1"));
        if (can(Capability.PIPELINING)) {
            await("the second request").until(() -> waiting.containsKey("/2"));
            answer(waiting, "/2");
            assertThat(client.silentFor(Duration.ofMillis(100))).isTrue();
            answer(waiting, "/1");
        } else {
            answer(waiting, "/1");
            await("the second request").until(() -> waiting.containsKey("/2"));
            answer(waiting, "/2");
        }

        assertThat(client.readAnswer().text()).isEqualTo("GET /1\n");
        assertThat(client.readAnswer().text()).isEqualTo("GET /2\n");
        assertThat(client.readAnswer().text()).isEqualTo("GET /3\n");
    }

    private static void answer(Map<String, Runnable> waiting, String path) {
        requireNonNull(waiting.remove(path)).run();
    }

    @Test
    void aConnectionIsClosedWhenTheClientAsksForIt() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();
        RawHttp.Answer answer = client.get("/", "Connection: close").readAnswer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(client.read()).isEqualTo(-1);
    }

    @Test
    void anAnswerToAClientThatHasEndedItsSideStillArrives() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();
        client.get("/", "Connection: close").finish();

        assertThat(client.readAnswer().status()).isEqualTo(200);
    }

    @Test
    void anOldClientGetsAnAnswerAndTheEndOfTheConnection() throws Exception {
        needs(Capability.HTTP_1_0);
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();
        RawHttp.Answer answer = client.send("GET /old HTTP/1.0\r\n\r\n").readAnswer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("GET /old\n");
        assertThat(client.read()).isEqualTo(-1);
    }

    @Test
    void anExceptionBecomesA500() throws Exception {
        serve((request, reply) -> {
            if (request.path().equals("/bad")) {
                throw new IllegalStateException("thrown by a check: an exception becomes a 500");
            }
            reply.send(hello(request));
        });
        RawHttp.Answer answer = connect().get("/bad").readAnswer();

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("thrown by a check");
        assertAlive();
    }

    @Test
    void whatAClientSentCannotSplitAHeader() throws Exception {
        serve((request, reply) -> {
            String decoded = URLDecoder.decode(request.query() == null ? "" : request.query(), UTF_8);
            reply.send(Response.empty(200, Headers.of("X-Echo", decoded)));
        });
        assertThat(connect().get("/?fine").readAnswer().head().get("X-Echo")).isEqualTo("fine");
        for (String evil : List.of("a%0d%0aX-Evil:%20b", "a%0aX-Evil:%20b", "a%0dX-Evil:%20b", "a%00b")) {
            RawHttp.Answer answer = connect().get("/?" + evil).readAnswer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.head().all("X-Evil")).isEmpty();
            assertThat(answer.head().all("X-Echo")).isEmpty();
        }
    }

    @Test
    void aBigAnswerArrivesWhole() throws Exception {
        byte[] body = new byte[8 << 20];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + (i >> 12));
        }
        serve((request, reply) -> reply.send(new Response(200, Headers.NONE, body)));
        RawHttp client = connectSlowReader();

        for (int round = 0; round < 2; round++) {
            assertThat(client.get("/").readAnswer().body()).isEqualTo(body);
        }
    }

    @Test
    void manyWaitingClientsAreAnsweredAtOnce() throws Exception {
        List<Runnable> answers = new CopyOnWriteArrayList<>();
        serve((request, reply) -> answers.add(() -> request.loop().execute(() -> reply.send(hello(request)))));
        List<RawHttp> clients = connectAll(200);
        for (RawHttp client : clients) {
            client.get("/wait");
        }
        await("all requests").until(() -> answers.size() == 200);
        answers.forEach(Runnable::run);

        for (RawHttp client : clients) {
            assertThat(client.readAnswer().text()).isEqualTo("GET /wait\n");
        }
    }

    private List<RawHttp> connectAll(int count) throws IOException {
        List<RawHttp> all = new CopyOnWriteArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(connect());
        }
        return all;
    }
}

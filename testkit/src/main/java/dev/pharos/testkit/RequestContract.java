package dev.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.EventLoop;
import dev.pharos.http.Response;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a handler is told of a request's head. */
abstract class RequestContract extends HostChecks {

    RequestContract(HostContract contract) {
        super(contract);
    }

    @Test
    void methodPathAndQueryArriveAsSent() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();

        assertThat(client.get("/a%20b/%C3%A9;p=1?x=1&y=%2F?z").readAnswer().text())
                .isEqualTo("GET /a%20b/%C3%A9;p=1?x=1&y=%2F?z\n");
        assertThat(client.request("PATCH", "/").readAnswer().text()).isEqualTo("PATCH /\n");
        assertThat(client.request("PURGE", "/x").readAnswer().text()).isEqualTo("PURGE /x\n");
    }

    @Test
    void pathIsNotNormalised() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();

        assertThat(client.get("/a/./b/../c//d").readAnswer().text()).isEqualTo("GET /a/./b/../c//d\n");
        assertThat(client.get("//a/b").readAnswer().text()).isEqualTo("GET //a/b\n");
    }

    @Test
    void anEmptyQueryIsNotTheSameAsNone() throws Exception {
        serve((request, reply) -> reply.send(Response.text(200, String.valueOf(request.query()))));
        RawHttp client = connect();

        assertThat(client.get("/a?").readAnswer().text()).isEqualTo("\n");
        assertThat(client.get("/a").readAnswer().text()).isEqualTo("null\n");
    }

    @Test
    void anAbsoluteTargetIsReducedToPathAndQuery() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));

        assertThat(connect().get("http://test/a/b?c=d").readAnswer().text()).isEqualTo("GET /a/b?c=d\n");
    }

    @Test
    void headersAreFoundInAnyCaseAndInTheOrderSent() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        serve((request, reply) -> {
            seen.add(String.valueOf(request.header("X-OnE")));
            seen.add(request.headers("x-one").toString());
            seen.add(String.valueOf(request.header("x-empty")));
            seen.add(String.valueOf(request.header("x-missing")));
            seen.add(request.headers("x-missing").toString());
            reply.send(hello(request));
        });
        connect()
                .get("/", "x-One: b", "X-Other: z", "X-ONE: a", "X-one:  c d  ", "X-Empty:")
                .readAnswer();

        assertThat(seen).containsExactly("b", "[b, a, c d]", "", "null", "[]");
    }

    @Test
    void aHostHeaderIsThere() throws Exception {
        serve((request, reply) -> reply.send(Response.text(200, String.valueOf(request.header("host")))));

        assertThat(connect().get("/").readAnswer().text()).isEqualTo("test\n");
    }

    @Test
    void addressesAreThoseOfTheSocket() throws Exception {
        CompletableFuture<InetSocketAddress> remote = new CompletableFuture<>();
        CompletableFuture<InetSocketAddress> local = new CompletableFuture<>();
        serve((request, reply) -> {
            remote.complete((InetSocketAddress) request.remoteAddress());
            local.complete((InetSocketAddress) request.localAddress());
            reply.send(hello(request));
        });
        RawHttp client = connect();
        client.get("/").readAnswer();

        assertThat(soon(remote).getPort()).isEqualTo(client.localPort());
        assertThat(remote.join().getAddress().isLoopbackAddress()).isTrue();
        assertThat(soon(local).getPort()).isEqualTo(host().port());
    }

    @Test
    void requestsOfOneConnectionShareOneLoop() throws Exception {
        List<EventLoop> loops = new CopyOnWriteArrayList<>();
        serve((request, reply) -> {
            loops.add(request.loop());
            loops.add(request.loop());
            reply.send(hello(request));
        });
        RawHttp client = connect();
        client.get("/1").readAnswer();
        client.get("/2").readAnswer();

        assertThat(loops).hasSize(4);
        assertThat(loops).allSatisfy(loop -> assertThat(loop).isSameAs(loops.getFirst()));
    }

    @Test
    void tasksOfALoopRunInOrderAndOutliveAnException() throws Exception {
        CompletableFuture<EventLoop> found = new CompletableFuture<>();
        serve((request, reply) -> {
            found.complete(request.loop());
            reply.send(hello(request));
        });
        connect().get("/").readAnswer();
        EventLoop loop = found.join();
        assertThat(loop.inLoop()).isFalse();

        List<Integer> seen = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> {
                faults.onLoop(loop, "a task");
                seen.add(number);
                if (number == 500) {
                    throw new IllegalStateException("thrown by a check: a loop outlives the exception of a task");
                }
            });
        }
        await("all tasks ran").until(() -> seen.size() == 1000);

        assertThat(seen).isSorted();
    }

    @Test
    void aHeadThatArrivesByteByByteIsOneRequest() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        RawHttp client = connect();
        for (char c : "GET /slow HTTP/1.1\r\nHost: test\r\nX-A: b\r\n\r\n".toCharArray()) {
            client.send(String.valueOf(c));
        }

        assertThat(client.readAnswer().text()).isEqualTo("GET /slow\n");
    }

    @Test
    void theHandlerIsCalledBeforeTheBodyArrives() throws Exception {
        serve((request, reply) ->
                reply.send(Response.text(200, "length " + request.body().length())));
        RawHttp client = connect();
        client.request("POST", "/", "Content-Length: 5");

        assertThat(client.readAnswer().text()).isEqualTo("length 5\n");
    }

    @Test
    void manyRequestsOnManyConnectionsFindTheirAnswers() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        for (int c = 0; c < 50; c++) {
            RawHttp client = connect();
            for (int r = 0; r < 10; r++) {
                String path = "/" + c + "/" + r;
                assertThat(client.get(path).readAnswer().text()).isEqualTo("GET " + path + "\n");
            }
        }
    }
}

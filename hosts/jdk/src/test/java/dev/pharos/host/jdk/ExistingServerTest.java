package dev.pharos.host.jdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.testkit.RawHttp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pharos in a server of the JDK that somebody has already. */
class ExistingServerTest {

    private final CountDownLatch ended = new CountDownLatch(1);
    private HttpServer server;

    ExistingServerTest() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    /** What the README shows: the lines between the marks. */
    @Test
    void pushIsAddedToAServerInAFewLines() throws Exception {
        // tag::snippet[]
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        JdkHandler push = JdkHost.handler(greeting());
        server.createContext("/events", push);
        server.start();
        // end::snippet[]
        this.server.stop(0);
        this.server = server;

        try (push;
                RawHttp client = RawHttp.connect(port())) {
            assertThat(client.get("/events").readHead().get("Content-Type")).isEqualTo("text/event-stream");
            assertThat(client.readChunksLike("data: hello\n\n")).isEqualTo("data: hello\n\n");
        }
    }

    /** Answers every request with a stream of one event. */
    private Handler greeting() {
        return (request, reply) -> {
            ResponseStream.Listener listener = new ResponseStream.Listener() {
                @Override
                public void onReady() {}

                @Override
                public void onClose() {
                    ended.countDown();
                }
            };
            reply.stream(200, Headers.of("Content-Type", "text/event-stream"), listener)
                    .write(Encoded.of("data: hello\n\n"));
        };
    }

    @Test
    void theOtherContextsOfTheServerAreLeftAlone() throws Exception {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/own", exchange -> {
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        JdkHandler pharos = JdkHost.handler(greeting());
        server.createContext("/events", pharos);
        server.start();
        try (RawHttp reader = RawHttp.connect(port());
                RawHttp client = RawHttp.connect(port())) {
            RawHttp.Head head = reader.get("/events").readHead();
            assertThat(client.get("/own").readAnswer().status()).isEqualTo(202);
            pharos.close();
            pharos.close();

            assertThat(new String(reader.readBody(head), UTF_8)).isEqualTo("data: hello\n\n");
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(client.get("/own").readAnswer().status()).isEqualTo(202);
            assertThat(client.get("/events").readToEnd()).isEmpty();
        }
    }

    @Test
    void oneHandlerServesManyContexts() throws Exception {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        JdkHandler pharos = JdkHost.handler((request, reply) -> reply.send(Response.text(200, request.path())));
        server.createContext("/a", pharos);
        server.createContext("/b", pharos);
        server.start();
        try (RawHttp client = RawHttp.connect(port())) {
            assertThat(client.get("/a/x").readAnswer().text()).isEqualTo("/a/x\n");
            assertThat(client.get("/b").readAnswer().text()).isEqualTo("/b\n");
        }
        pharos.close();
    }

    @Test
    void aServerWithoutAnExecutorIsToldWhatItLacks() throws Exception {
        server.createContext("/events", JdkHost.handler(greeting()));
        server.start();
        try (RawHttp client = RawHttp.connect(port())) {
            RawHttp.Answer answer = client.get("/events").readAnswer();

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).contains("setExecutor");
        }
    }

    @Test
    void platformThreadsServeAsWell() throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            server.setExecutor(threads);
            JdkHandler pharos = JdkHost.handler(greeting());
            server.createContext("/events", pharos);
            server.start();
            try (RawHttp client = RawHttp.connect(port())) {
                RawHttp.Head head = client.get("/events").readHead();
                pharos.close();
                assertThat(client.readBody(head)).hasSize(13);
            }
            server.stop(0);
        }
    }

    @Test
    void shuttingTheExecutorDownEndsItsStreams() throws Exception {
        var threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        JdkHandler pharos = JdkHost.handler(greeting());
        server.createContext("/events", pharos);
        server.start();
        try (pharos;
                RawHttp client = RawHttp.connect(port())) {
            client.get("/events").readHead();
            client.readChunksLike("data: hello\n\n");
            threads.shutdownNow();

            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            client.readToEnd();
        }
    }
}

package dev.pharos.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An HTTP server that answers each request as the test says, request by request. */
public final class FakeHub implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    private FakeHub(HttpServer server) {
        this.server = server;
    }

    public static FakeHub start() throws IOException {
        return startOn(0);
    }

    /** Starts on a port that was one's own before. */
    public static FakeHub startOn(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        FakeHub hub = new FakeHub(server);
        server.setExecutor(hub.threads);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Call call = new Call(exchange, new String(body, StandardCharsets.UTF_8));
            hub.calls.add(call);
            call.awaitEnd();
        });
        server.start();
        return hub;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public HubUrl url() {
        return HubUrl.of("http://127.0.0.1:" + port());
    }

    /** The next request, which now waits for its answer. */
    public Call next() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no request came within 10 s");
        }
        return call;
    }

    /** Whether a request is waiting. */
    public boolean hasNext() {
        return !calls.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** One request, and the means to answer it. */
    public static final class Call {
        private final HttpExchange exchange;
        private final String body;
        private final java.util.concurrent.CountDownLatch ended = new java.util.concurrent.CountDownLatch(1);

        private Call(HttpExchange exchange, String body) {
            this.exchange = exchange;
            this.body = body;
        }

        private void awaitEnd() {
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        }

        public String method() {
            return exchange.getRequestMethod();
        }

        public String path() {
            return exchange.getRequestURI().getPath();
        }

        public String query() {
            return String.valueOf(exchange.getRequestURI().getRawQuery());
        }

        public @Nullable String header(String name) {
            return exchange.getRequestHeaders().getFirst(name);
        }

        public String body() {
            return body;
        }

        /** The lines that are not blank. */
        public List<String> lines() {
            return body.lines().filter(line -> !line.isBlank()).toList();
        }

        /** The idempotency key that the hub knows each line by. */
        public List<String> keys() {
            List<String> all = body.lines().toList();
            return IntStream.range(0, all.size())
                    .filter(i -> !all.get(i).isBlank())
                    .mapToObj(i -> header("Idempotency-Key") + "/" + (i + 1))
                    .toList();
        }

        /** Answers, whole. */
        public void answer(int status, String type, String text, String... headers) throws IOException {
            head(type, headers);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.getResponseBody().close();
            ended.countDown();
        }

        /** Says that all lines were accepted. */
        public void accept() throws IOException {
            answer(
                    200,
                    "application/json",
                    String.format(
                            Locale.ROOT,
                            "{\"accepted\":%d,\"first\":\"pos:e.1\",\"last\":\"pos:e.2\"}",
                            lines().size()));
        }

        /** Begins an event stream. */
        public Call stream(String first) throws IOException {
            head("text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            return send(first);
        }

        /** Continues an event stream. */
        public Call send(String text) throws IOException {
            exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            return this;
        }

        /** Ends the stream cleanly. */
        public void end() throws IOException {
            exchange.getResponseBody().close();
            ended.countDown();
        }

        /** Breaks the connection in the middle of the answer, or before it. */
        public void cut() {
            ended.countDown();
        }

        private void head(String type, String... headers) {
            exchange.getResponseHeaders().set("Content-Type", type);
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
        }

        Map<String, List<String>> headers() {
            return exchange.getRequestHeaders();
        }
    }
}

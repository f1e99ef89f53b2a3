package dev.pharos.testkit;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Host;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;

/**
 * One concern of the contract: starts the host for a check, and afterwards closes everything and reports what went
 * wrong on other threads.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class HostChecks {

    /** How long a figure that stands still has not changed. */
    private static final Duration STILL = Duration.ofMillis(300);
    /** How long the end of a host may take. */
    private static final Duration CLOSED = Duration.ofSeconds(60);

    /** The head of an event stream. */
    static final Headers EVENTS = Headers.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");

    /** What was printed already: a reason once. */
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    final Faults faults = new Faults();
    private final HostContract contract;
    private final ConcurrentLinkedDeque<AutoCloseable> clients = new ConcurrentLinkedDeque<>();
    private final BlockingQueue<StreamProbe> streams = new LinkedBlockingQueue<>();
    private @Nullable Host host;

    HostChecks(HostContract contract) {
        this.contract = contract;
    }

    /** Starts the host with a handler. */
    void serve(Handler handler) {
        serve(handler, Settings.DEFAULT);
    }

    /** Starts the host with a handler and settings. */
    void serve(Handler handler, Settings settings) {
        if (host != null) {
            throw new IllegalStateException("one host a check");
        }
        host = contract.start(
                (request, reply) -> {
                    faults.onLoop(request.loop(), "Handler.handle");
                    handler.handle(request, reply);
                },
                settings);
    }

    /** Starts the host with a handler that opens a stream for every request; see {@link #nextStream}. */
    void serveStreams(Settings settings) {
        serve((request, reply) -> streams.add(StreamProbe.open(request, reply, faults, EVENTS)), settings);
    }

    /** Starts the host with a handler that opens a stream for every request; see {@link #nextStream}. */
    void serveStreams() {
        serveStreams(Settings.DEFAULT);
    }

    /** The stream that was opened next. */
    StreamProbe nextStream() throws InterruptedException {
        return requireNonNull(
                streams.poll(contract.patience().toMillis(), TimeUnit.MILLISECONDS), "no stream was opened in time");
    }

    /** The running host. */
    Host host() {
        return requireNonNull(host, "serve first");
    }

    /** A new connection to the host. */
    RawHttp connect() throws IOException {
        return keep(RawHttp.connect(host().port()).timeout(contract.patience()));
    }

    /** A new connection whose receive buffer is small, for a reader that does not read. */
    RawHttp connectSlowReader() throws IOException {
        return keep(RawHttp.connect(host().port(), 8 * 1024).timeout(contract.patience()));
    }

    /** Closes a client after the check. */
    <T extends AutoCloseable> T keep(T client) {
        clients.push(client);
        return client;
    }

    /** Whether the host states a capability. */
    boolean can(Capability capability) {
        return contract.capabilities().contains(capability);
    }

    /** Ends a check with a printed reason when the host does not state its capability. */
    void needs(Capability capability) {
        String reason = "not checked: %s does not state %s (%s)"
                .formatted(contract.getClass().getSimpleName(), capability, capability.meaning());
        if (!can(capability) && REPORTED.add(reason)) {
            System.out.println(reason);
        }
        Assumptions.assumeTrue(can(capability), reason);
    }

    /** Waits for a condition that must come promptly. */
    ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(contract.patience()).pollInterval(Duration.ofMillis(5));
    }

    /** Waits until a figure has not changed for a while. */
    void awaitStill(String what, LongSupplier figure) {
        long[] last = {-1, 0};
        await(what + " stands still").until(() -> {
            long now = figure.getAsLong();
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > STILL.toNanos();
        });
    }

    /** What a future gives soon. */
    <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(contract.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The bytes of the heap in use, after a collection. */
    @SuppressWarnings("SystemGc")
    static long liveHeap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Checks that the host still answers a new connection with 200. */
    void assertAlive() throws IOException {
        try (RawHttp client = RawHttp.connect(host().port())) {
            int status = client.get("/alive", "Connection: close").readHead().status();
            if (status != 200) {
                throw new AssertionError("the host answers %d to a plain request afterwards".formatted(status));
            }
        }
    }

    /** A 200 that tells the method and target, for checks in which the answer does not matter. */
    static Response hello(Request request) {
        String query = request.query();
        return Response.text(200, request.method() + " " + request.path() + (query == null ? "" : "?" + query));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        if (host != null) {
            Thread closing =
                    Thread.ofPlatform().daemon().name("closing the host").start(host::close);
            closing.join(CLOSED);
            if (closing.isAlive()) {
                faults.add("Host.close did not return within " + CLOSED);
            }
        }
        faults.assertNone();
    }
}

package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.http.Handler;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Routes;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Limits;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.MemoryLog;
import dev.pharos.presence.Presence;
import dev.pharos.testkit.ManualClock;
import dev.pharos.testkit.ManualLoop;
import dev.pharos.testkit.ManualTime;
import dev.pharos.testkit.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The protocol over a hub in memory, on a loop and a time that stand still until the test moves them.
 *
 * <p>The history is read by the hub's own threads: what depends on it is awaited with {@link #until}.
 */
final class TestHub implements AutoCloseable {

    static final String EPOCH = "e1";

    final ManualLoop loop = new ManualLoop();
    final ManualTime time = new ManualTime();
    final ManualClock clock = new ManualClock();
    final UploadMemory uploads = new UploadMemory(8 << 20);
    final Hub hub;
    final EventsProtocol protocol;
    private final Handler routes;

    TestHub() {
        this(Limits.DEFAULT, EventsOptions.DEFAULT, 1 << 20);
    }

    TestHub(EventsOptions options) {
        this(Limits.DEFAULT, options, 1 << 20);
    }

    TestHub(Limits limits) {
        this(limits, EventsOptions.DEFAULT, 1 << 20);
    }

    TestHub(Limits limits, EventsOptions options, long logBytes) {
        this(limits, options, logBytes, log -> log);
    }

    /** Over a log that is something around the one in memory. */
    TestHub(UnaryOperator<EventLog> around) {
        this(Limits.DEFAULT, EventsOptions.DEFAULT, 1 << 20, around);
    }

    /** With a door, and a registry of who is there or null. */
    TestHub(Function<InstantSource, Access> access, @Nullable Presence presence) {
        this(Limits.DEFAULT, EventsOptions.DEFAULT, 1 << 20, log -> log, access, presence);
    }

    private TestHub(Limits limits, EventsOptions options, long logBytes, UnaryOperator<EventLog> around) {
        this(limits, options, logBytes, around, clock -> Access.OPEN, null);
    }

    TestHub(
            Limits limits,
            EventsOptions options,
            long logBytes,
            UnaryOperator<EventLog> around,
            Function<InstantSource, Access> access,
            @Nullable Presence presence) {
        Random random = new Random(1);
        EventLog log = new MemoryLog(EPOCH, new MemoryLog.Retention(logBytes, 0, 10_000, 0), clock);
        hub = Hub.over(around.apply(log))
                .limits(limits)
                .scheduler(time)
                .random(random)
                .build();
        EventsProtocol.Builder builder =
                EventsProtocol.builder(hub).options(options).uploads(uploads).access(access.apply(clock));
        protocol = (presence == null ? builder : builder.presence(presence)).build();
        routes = protocol.mount(Routes.builder(), "/events").build();
    }

    /** The cursor behind the event of this number, from 1; 0 for the beginning. */
    static String cursor(long position) {
        return "pos:" + EPOCH + "." + Long.toString(position, 36);
    }

    List<Entry> publish(Event... events) {
        List<Entry> entries = hub.publish(List.of(events)).toCompletableFuture().join();
        loop.run();
        return entries;
    }

    void publish(String topic, String... data) {
        for (String each : data) {
            publish(Event.of(topic, each));
        }
    }

    FakeExchange get(String target, String... lines) {
        return handle(new FakeExchange(loop, "GET", target, lines));
    }

    /** A stream's request as a native EventSource makes it. */
    FakeExchange eventSource(String target, String... lines) {
        String[] all = new String[lines.length + 2];
        all[0] = "Accept: text/event-stream";
        all[1] = "Cache-Control: no-cache";
        System.arraycopy(lines, 0, all, 2, lines.length);
        return get(target, all);
    }

    FakeExchange poll(String target, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "Accept: application/json";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return get(target, all);
    }

    FakeExchange socket(String target, String... lines) {
        FakeExchange exchange = new FakeExchange(loop, "GET", target, lines);
        exchange.upgradeSupport(UpgradeSupport.READY);
        return handle(exchange);
    }

    FakeExchange post(String type, String body, String... lines) {
        return post(type, body.getBytes(StandardCharsets.UTF_8), lines);
    }

    FakeExchange post(String type, byte[] body, String... lines) {
        FakeExchange exchange = open("POST", type, lines).bodyLength(body.length);
        handle(exchange);
        loop.within(() -> exchange.push(body).end());
        loop.run();
        return exchange;
    }

    FakeExchange form(String body, String... lines) {
        return post("application/x-www-form-urlencoded", body, lines);
    }

    FakeExchange json(String body, String... lines) {
        return post("application/json", body, lines);
    }

    /** An upload of lines whose body the test sends. */
    FakeExchange upload(String... lines) {
        return handle(open("POST", "application/x-ndjson", lines).bodyLength(-1));
    }

    /** A form to a path beneath the protocol's own. */
    FakeExchange formAt(String path, String body, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "Content-Type: application/x-www-form-urlencoded";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return send(new FakeExchange(loop, "POST", path, all), body);
    }

    /** A QUERY with a form for a body. */
    FakeExchange query(String target, String body, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "Content-Type: application/x-www-form-urlencoded";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return send(new FakeExchange(loop, "QUERY", target, all), body);
    }

    private FakeExchange send(FakeExchange exchange, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        handle(exchange.bodyLength(bytes.length));
        loop.within(() -> exchange.push(bytes).end());
        loop.run();
        return exchange;
    }

    private FakeExchange open(String method, String type, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "Content-Type: " + type;
        System.arraycopy(lines, 0, all, 1, lines.length);
        return new FakeExchange(loop, method, "/events", all);
    }

    FakeExchange request(String method, String target, String... lines) {
        return handle(new FakeExchange(loop, method, target, lines));
    }

    FakeExchange handle(FakeExchange exchange) {
        loop.within(() -> routes.handle(exchange, exchange));
        loop.run();
        return exchange;
    }

    /** Lets the loop go on until something is so. */
    void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .pollInSameThread()
                .until(() -> {
                    loop.run();
                    return condition.call();
                });
    }

    FakeExchange untilAnswered(FakeExchange exchange) {
        until("an answer", exchange::answered);
        return exchange;
    }

    /** Lets time pass. */
    void pass(Duration duration) {
        time.pass(duration, loop::run);
    }

    @Override
    public void close() {
        loop.run();
        hub.close();
    }
}

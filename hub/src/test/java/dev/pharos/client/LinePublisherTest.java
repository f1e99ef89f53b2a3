package dev.pharos.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.client.FakeHub.Call;
import dev.pharos.log.Event;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LinePublisherTest {

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong nextKey = new AtomicLong();
    private FakeHub hub;
    private HubClient client;
    private LinePublisher publisher;
    private PipedOutputStream input;
    private CompletableFuture<Boolean> result;

    @BeforeEach
    void start() throws IOException {
        hub = FakeHub.start();
        client = new HubClient(hub.url(), "secret");
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), new Random(1));
        publisher = new LinePublisher(
                client,
                new LineFormat(Event.on("a \"topic\"").type("t").build()),
                backoff,
                Duration.ofSeconds(30),
                nanos::get,
                () -> "key" + nextKey.incrementAndGet(),
                notices::add);
        input = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(input, 1 << 20);
        result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(publisher.run(in));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        input.close();
        client.close();
        hub.close();
    }

    @Test
    void publishesALineAtOnceWhileTheInputStaysOpen() throws Exception {
        write("first\n");
        Call call = hub.next();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.path()).isEqualTo("/events");
        assertThat(call.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(call.header("Authorization")).isEqualTo("Bearer secret");
        assertThat(call.body()).isEqualTo("{\"topics\":[\"a \\\"topic\\\"\"],\"type\":\"t\",\"data\":\"first\"}\n");
        call.accept();
        input.close();
        assertThat(result.get()).isTrue();
        assertThat(notices).isEmpty();
    }

    @Test
    void sendsTogetherWhatHasPiledUpInOrder() throws Exception {
        write("0\n");
        Call first = hub.next();
        write(IntStream.rangeClosed(1, 1100).mapToObj(i -> i + "\n").reduce("", String::concat));
        input.close();
        await().until(() -> publisher.waiting() == 1101);
        first.accept();
        StringBuilder order = new StringBuilder();
        for (int size : new int[] {500, 500, 100}) {
            Call call = hub.next();
            assertThat(call.lines()).hasSize(size);
            call.lines().forEach(line -> order.append(line.replaceAll(".*\"data\":\"(\\d+)\"}", "$1 ")));
            call.accept();
        }
        assertThat(result.get()).isTrue();
        assertThat(order.toString())
                .isEqualTo(IntStream.rangeClosed(1, 1100).mapToObj(i -> i + " ").reduce("", String::concat));
    }

    @Test
    void repeatsWhatTheHubCouldNotTakeAndSaysSoOnce() throws Exception {
        write("line\n");
        String body = hub.next().body();
        int port = hub.port();
        hub.close();
        await().until(() -> notices.size() == 1);
        hub = FakeHub.startOn(port);
        Call again = hub.next();
        assertThat(again.body()).isEqualTo(body);
        again.answer(503, "text/plain", "full");
        hub.next().accept();
        input.close();
        assertThat(result.get()).isTrue();
        assertThat(notices).hasSize(2);
        assertThat(notices.get(1)).contains("back").contains("1 line");
    }

    @Test
    void sendsWhatMayHaveArrivedAgainAsItWasHoweverMuchHasPiledUp() throws Exception {
        write("0\n1\n");
        Call first = hub.next();
        write("2\n3\n");
        await().until(() -> publisher.waiting() == 4);
        first.cut();
        for (int status : new int[] {500, 503, 507}) {
            Call again = hub.next();
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.header("Idempotency-Key")).isEqualTo("key1");
            again.answer(status, "text/plain", "later");
        }
        Call last = hub.next();
        assertThat(last.keys()).isEqualTo(first.keys());
        last.accept();
        Call rest = hub.next();
        assertThat(rest.header("Idempotency-Key")).isEqualTo("key2");
        assertThat(first.lines().size() + rest.lines().size()).isEqualTo(4);
        rest.accept();
        input.close();
        assertThat(result.get()).isTrue();
    }

    @Test
    void sendsOnlyWhatAFullHubDidNotTakeAndKeepsItsKeys() throws Exception {
        write("0\n");
        Call first = hub.next();
        write("1\n2\n3\n4\n");
        await().until(() -> publisher.waiting() == 5);
        first.accept();
        Call batch = hub.next();
        assertThat(batch.keys()).containsExactly("key2/1", "key2/2", "key2/3", "key2/4");
        batch.answer(507, "application/json", "{\"accepted\":1,\"line\":2,\"error\":\"no space\"}");
        Call rest = hub.next();
        assertThat(publisher.waiting()).isEqualTo(3);
        assertThat(rest.keys()).containsExactly("key2/2", "key2/3", "key2/4");
        assertThat(rest.lines()).isEqualTo(batch.lines().subList(1, 4));
        rest.answer(503, "application/json", "{\"accepted\":2,\"line\":4,\"error\":\"stopping\"}");
        Call end = hub.next();
        assertThat(end.keys()).containsExactly("key2/4");
        end.answer(503, "application/json", "{\"accepted\":1,\"line\":5,\"error\":\"stopping\"}");
        input.close();
        assertThat(result.get()).isTrue();
        assertThat(hub.hasNext()).isFalse();
        assertThat(notices.getFirst()).startsWith("no space (507)");
    }

    @Test
    void leavesOutTheLineTheHubRefusesAndGoesOnBehindIt() throws Exception {
        write("0\n");
        Call first = hub.next();
        write("1\n2\n3\n4\n");
        await().until(() -> publisher.waiting() == 5);
        first.accept();
        hub.next().answer(400, "application/json", "{\"accepted\":2,\"line\":3,\"error\":\"line 3 is bad\"}");
        Call rest = hub.next();
        assertThat(rest.lines()).hasSize(1);
        assertThat(rest.keys()).containsExactly("key2/4");
        assertThat(rest.body()).contains("\"data\":\"4\"");
        rest.accept();
        input.close();
        assertThat(result.get()).isFalse();
        assertThat(notices).containsExactly("line 4 was refused: line 3 is bad (400)");
    }

    @Test
    void findsTheRefusedLineOneByOneWhenTheHubDoesNotNameIt() throws Exception {
        write("0\n");
        Call first = hub.next();
        write("1\n2\n3\n");
        input.close();
        await().until(() -> publisher.waiting() == 4);
        first.accept();
        Call batch = hub.next();
        assertThat(batch.lines()).hasSize(3);
        batch.answer(413, "text/plain", "too large");
        for (int line = 1; line <= 3; line++) {
            Call alone = hub.next();
            assertThat(alone.keys()).containsExactly("key2/" + line);
            if (line == 2) {
                alone.answer(413, "text/plain", "too large");
            } else {
                alone.accept();
            }
        }
        assertThat(result.get()).isFalse();
        assertThat(notices).containsExactly("line 3 was refused: too large (413)");
        assertThat(hub.hasNext()).isFalse();
    }

    @Test
    void endsWhenTheHubRefusesThePublisher() throws Exception {
        write("0\n");
        hub.next().answer(401, "text/plain", "a token is needed");
        assertThat(result.get()).isFalse();
        assertThat(notices)
                .containsExactly(
                        "a token is needed (401). 'pharos token inspect' shows what is in your token; 1 line not published");
    }

    @Test
    void givesUpOnAnAbsentHubOnlyAfterTheInputHasEnded() throws Exception {
        hub.close();
        write("0\n");
        await().until(() -> notices.size() == 1);
        nanos.addAndGet(TimeUnit.DAYS.toNanos(3));
        input.close();
        await().until(publisher::inputEnded);
        assertThat(result.isDone()).isFalse();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(29));
        assertThat(result.isDone()).isFalse();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(result.get()).isFalse();
        assertThat(notices.getLast()).isEqualTo("gave up after 30 s: 1 line not published");
    }

    @Test
    void namesALineThatIsTooLong() throws Exception {
        write("x".repeat(1024 * 1024 + 1) + "\nshort\n");
        Call call = hub.next();
        assertThat(call.body()).contains("short");
        call.accept();
        input.close();
        assertThat(result.get()).isFalse();
        assertThat(notices).containsExactly("line 1 is longer than 1048576 bytes");
    }

    @Test
    void publishesWhatItHasReadWhenItIsStopped() throws Exception {
        write("0\n");
        Call first = hub.next();
        write("1\n");
        await().until(() -> publisher.waiting() == 2);
        CompletableFuture<Void> stop = stop(Duration.ofSeconds(60));
        first.accept();
        hub.next().accept();
        stop.get();
        assertThat(result.get()).isTrue();
        assertThat(notices).isEmpty();
    }

    @Test
    void saysWhatWasNotPublishedWhenItIsStoppedWithoutAHub() throws Exception {
        hub.close();
        write("0\n1\n");
        await().until(() -> notices.size() == 1 && publisher.waiting() == 2);
        stop(Duration.ofMillis(50)).get();
        assertThat(result.get()).isFalse();
        assertThat(notices.getLast()).isEqualTo("stopped: 2 lines read but not published");
    }

    private CompletableFuture<Void> stop(Duration limit) {
        return CompletableFuture.runAsync(() -> {
            try {
                publisher.stop(limit);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void write(String text) throws IOException {
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Input of every kind from seeded chance: each gets an answer below 500, at once, and nothing stays behind. */
@Timeout(120)
class FuzzTest {

    private static final int ROUNDS = 4_000;

    private static final List<String> JSON = List.of(
            "{\"topic\":\"a\",\"data\":\"x\"}",
            "{\"topics\":[\"a\",\"b\"],\"data\":\"x\\ny\",\"id\":\"i\",\"type\":\"t\",\"key\":\"k\",\"retry\":5,\"private\":true}",
            "{\"time\":5,\"unknown\":{\"x\":[1,2.5,null,{}]},\"topic\":\"a\"}");
    private static final List<String> FORMS =
            List.of("topic=a&data=x", "topic=a&topic=b&data=%0A%C3%A9&id=i&type=t&key=k&retry=5&private=on");
    private static final List<String> QUERIES = List.of(
            "topic=a",
            "topic=a&topic=%7Bx%7D/{+y}&last=5&deliver=latest&envelope=json&control=true&cursor=true",
            "topic=*&lastEventId=pos:e1.1&wait=0",
            "topic=a&lastEventId=earliest&deliver=latest-by-key&wait=1");
    private static final List<String> FRAMES = List.of(
            "{\"type\":\"subscribe\",\"subscription\":\"s\",\"topic\":\"a\",\"lastEventId\":\"earliest\",\"last\":3}",
            "{\"type\":\"subscribe\",\"topics\":[\"a\",\"{x}\"],\"deliver\":\"latest\"}",
            "{\"type\":\"unsubscribe\",\"subscription\":\"s\"}",
            "{\"type\":\"publish\",\"ref\":\"r\",\"event\":{\"topic\":\"a\",\"data\":\"x\"}}",
            "{\"type\":\"ping\",\"ref\":\"r\"}");

    private interface Round {
        void run(TestHub hub, Random random, Mutator mutator);
    }

    private static void fuzz(long seed, Round round) {
        System.out.println("fuzz seed " + seed);
        Random random = new Random(seed);
        Mutator mutator = new Mutator(random);
        try (TestHub hub = new TestHub()) {
            for (int i = 0; i < ROUNDS; i++) {
                try {
                    round.run(hub, random, mutator);
                } catch (Throwable e) {
                    throw new AssertionError("round " + i + " of seed " + seed, e);
                }
            }
            hub.hub.drain();
            hub.pass(Duration.ofSeconds(30));
            hub.until("an end of all", () -> hub.hub.stats().subscriptions() == 0);
            assertThat(hub.protocol.counts().streams()).isZero();
            assertThat(hub.protocol.counts().polls()).isZero();
            assertThat(hub.protocol.counts().sockets()).isZero();
        }
    }

    private static byte[] pick(List<String> from, Random random) {
        return from.get(random.nextInt(from.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static void assertAnswered(FakeExchange exchange) {
        assertThat(exchange.answered()).isTrue();
        assertThat(exchange.status()).isBetween(200, 499);
    }

    @Test
    void bodies() {
        fuzz(20_261_122, (hub, random, mutator) -> {
            boolean form = random.nextBoolean();
            byte[] body = mutator.mutate(pick(form ? FORMS : JSON, random));
            FakeExchange answer = hub.post(form ? "application/x-www-form-urlencoded" : "application/json", body);
            assertAnswered(answer);
            if (answer.status() >= 400) {
                assertThat(answer.text()).hasLineCount(1).hasSizeBetween(10, 1_000);
            }
        });
    }

    @Test
    void uploads() {
        fuzz(20_261_123, (hub, random, mutator) -> {
            StringBuilder lines = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                lines.append(JSON.get(random.nextInt(JSON.size()))).append('\n');
            }
            FakeExchange upload = hub.upload();
            byte[] body = mutator.mutate(lines.toString().getBytes(StandardCharsets.UTF_8));
            int cut = random.nextInt(body.length + 1);
            hub.loop.within(() -> upload.push(java.util.Arrays.copyOf(body, cut))
                    .push(java.util.Arrays.copyOfRange(body, cut, body.length))
                    .end());
            hub.loop.run();
            assertAnswered(upload);
            Tree.object(upload.text());
        });
    }

    @Test
    void queries() {
        fuzz(20_261_124, (hub, random, mutator) -> {
            String query = new String(mutator.mutate(pick(QUERIES, random)), StandardCharsets.ISO_8859_1);
            String accept = random.nextBoolean() ? "Accept: application/json" : "Accept: text/event-stream";
            String cursor = random.nextBoolean()
                    ? "Last-Event-ID: "
                            + new String(
                                    mutator.mutate("pos:e1.2".getBytes(StandardCharsets.UTF_8)),
                                    StandardCharsets.ISO_8859_1)
                    : "X: y";
            FakeExchange answer = hub.get("/events?" + query, accept, cursor);
            if (random.nextInt(4) == 0) {
                hub.publish("a", "x");
            }
            if (random.nextInt(16) == 0) {
                hub.pass(Duration.ofSeconds(1));
            }
            if (!answer.answered()) {
                // Its history is looked up, or it waits for news: it may be left alone.
                answer.disappear();
                return;
            }
            assertThat(answer.status()).isBetween(200, 499);
            if (answer.status() == 200 && accept.contains("event-stream")) {
                answer.stream().hangUp();
            }
        });
    }

    @Test
    void frames() {
        FakeSocket[] socket = new FakeSocket[1];
        fuzz(20_261_125, (hub, random, mutator) -> {
            if (socket[0] == null || random.nextInt(50) == 0) {
                if (socket[0] != null) {
                    hub.loop.within(() -> socket[0].hangUp(1006));
                }
                socket[0] = hub.socket("/events").socket();
            }
            String frame = new String(mutator.mutate(pick(FRAMES, random)), StandardCharsets.UTF_8);
            hub.loop.within(() -> socket[0].receive(frame));
            hub.loop.run();
            boolean answered = false;
            for (String out = socket[0].poll(); out != null; out = socket[0].poll()) {
                Tree.object(out);
                answered = true;
            }
            // A subscription that looks up its history answers later; everything else at once.
            assertThat(answered || frame.contains("subscribe")).as(frame).isTrue();
            if (frame.length() % 100 == 99) {
                hub.loop.within(() -> socket[0].hangUp(1006));
                socket[0] = hub.socket("/events").socket();
            }
        });
    }
}

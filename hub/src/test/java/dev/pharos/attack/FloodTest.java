package dev.pharos.attack;

import static dev.pharos.attack.Forge.GRANTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floods of tokens, each another, against a hub in a heap of 64 MB: what it remembers of them is bounded, it asks issuers no
 * more than before, and it rests when they are over.
 */
@Timeout(180)
class FloodTest {

    private static final int MEGABYTE = 1 << 20;
    private static final int TOGETHER = 32;
    private static final String HS256 = "{\"alg\":\"HS256\"}";

    private final KeyPair rsa = Forge.rsa();
    private final KeyPair published = Forge.rsa();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private KeyServer keys;

    @SuppressWarnings("NullAway.Init")
    private ChildHub hub;

    @BeforeEach
    void start() throws IOException {
        keys = new KeyServer(Forge.jwk(published, "published"));
        hub = ChildHub.start(AttackedHub.write(directory, rsa, keys, "", ""), 64);
    }

    @AfterEach
    void stop() {
        hub.close();
        keys.close();
    }

    /** Sends so many requests with a token each; how often each status came. */
    private Map<Integer, Integer> flood(int count, IntFunction<String> token) throws IOException {
        Map<Integer, Integer> answers = new HashMap<>();
        try (RawHttp http = hub.connect()) {
            for (int i = 0; i < count; i += TOGETHER) {
                StringBuilder requests = new StringBuilder();
                for (int j = i; j < i + TOGETHER; j++) {
                    requests.append("HEAD /events?topic=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ")
                            .append(token.apply(j))
                            .append("\r\n\r\n");
                }
                http.send(requests.toString());
                for (int j = 0; j < TOGETHER; j++) {
                    RawHttp.Head head = http.readHead();
                    answers.merge(head.status(), 1, Integer::sum);
                }
            }
        }
        return answers;
    }

    /** Text that is another for each number. */
    private static String other(int number, int length) {
        String text = Integer.toString(number, 36) + "-";
        return text + "x".repeat(length - text.length());
    }

    private void assertServes() throws IOException {
        try (RawHttp http = hub.connect()) {
            http.get("/events?topic=a&wait=0", "Accept: application/json", AttackedHub.bearer(AttackedHub.token()));
            assertThat(http.readAnswer().status()).isEqualTo(200);
        }
    }

    /** After a flood the hub has no more alive than it may remember, and does nothing. */
    private void assertCalm(String flood, long before, long mayRemember) throws Exception {
        assertServes();
        Duration[] then = {hub.cpu()};
        Duration turn = Duration.ofMillis(300);
        await("the hub rests").pollDelay(turn).pollInterval(turn).until(() -> {
            Duration used = hub.cpu().minus(then[0]);
            then[0] = then[0].plus(used);
            return used.toMillis() <= 100;
        });
        long more = hub.live() - before;
        System.out.printf("%s: %,d bytes more are alive, processor time %s%n", flood, more, hub.cpu());
        assertThat(more).as(flood).isLessThan(mayRemember);
        assertThat(hub.isAlive()).isTrue();
    }

    @Test
    void badTokensLeaveNothing() throws Exception {
        String claims = "{\"sub\":\"" + "x".repeat(600) + "\"," + GRANTS + "}";
        String good = AttackedHub.token();
        String stolen = good.substring(0, good.lastIndexOf('.') + 1);
        String rs = Forge.part("{\"alg\":\"RS256\"}") + "." + Forge.part(claims) + ".";
        flood(320, i -> Forge.unsigned("{\"alg\":\"none\"}", claims) + other(i, 40)); // what is loaded once
        flood(320, i -> rs + Forge.part(other(i, 256)));
        long before = hub.live();

        assertThat(flood(9_600, i -> Forge.unsigned("{\"alg\":\"none\",\"x\":\"" + other(i, 400) + "\"}", claims)))
                .containsOnlyKeys(401);
        assertThat(flood(9_600, i -> stolen + Forge.part(other(i, 32)))).containsOnlyKeys(401);
        assertThat(flood(3_200, i -> rs + Forge.part(other(i, 256)))).containsOnlyKeys(401);
        assertThat(flood(3_200, i -> other(i, 4_000))).containsOnlyKeys(400);

        assertCalm("bad tokens", before, 4 * MEGABYTE);
    }

    @Test
    void namesOfKeysThatNobodyHasCostTheIssuerOneQuestion() throws Exception {
        String claims = "{\"iss\":\"" + AttackedHub.ISSUER_JWKS + "\"," + GRANTS + "}";
        String good = Forge.rs256("{\"alg\":\"RS256\",\"kid\":\"published\"}", claims, published.getPrivate());
        assertThat(flood(TOGETHER, i -> good)).containsOnlyKeys(200);
        int fetched = keys.fetches();
        String signature = good.substring(good.lastIndexOf('.'));
        flood(320, i -> named(other(i, 200), claims, signature));
        long before = hub.live();

        Map<Integer, Integer> answers = flood(9_600, i -> named(other(i + 320, 200), claims, signature));

        assertThat(answers).containsOnlyKeys(401);
        // The pause between two fetches for names that are not known is half a minute.
        assertThat(keys.fetches() - fetched).isBetween(0, 5);
        assertThat(flood(TOGETHER, i -> good)).containsOnlyKeys(200);
        assertCalm("names of keys", before, 4 * MEGABYTE);
    }

    private static String named(String kid, String claims, String signature) {
        return Forge.part("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}") + "." + Forge.part(claims) + signature;
    }

    /** Whoever may have tokens made for every visit: all are good, and none comes twice. */
    @Test
    void goodTokensOverflowWhatIsRememberedOfThem() throws Exception {
        flood(320, i -> large(i));
        long before = hub.live();

        assertThat(flood(16_000, i -> large(i + 320))).containsOnlyKeys(200);

        assertCalm("good tokens", before, 20 * MEGABYTE);
    }

    private static String large(int number) {
        StringBuilder topics = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            topics.append(i == 0 ? "" : ",")
                    .append("\"/")
                    .append(other(number * 40 + i, 100))
                    .append("/{x}\"");
        }
        String claims = "{\"sub\":\"" + number + "\",\"mercure\":{\"subscribe\":[" + topics + "]}}";
        assertThat(claims.getBytes(StandardCharsets.US_ASCII)).hasSizeGreaterThan(4_000);
        return Forge.hs256(HS256, claims, AttackedHub.SECRET);
    }
}

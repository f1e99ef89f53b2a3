package dev.pharos.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Selectors and topics that are made to be dear, while somebody else publishes and reads (S11). */
@Timeout(120)
class PatternBombTest {

    private static final int ROUND_TRIPS = 15;
    private static final String EVIL_TOPIC = "https://x.example/" + "ab".repeat(1_900);

    private static final List<String> TEMPLATES = List.of(
            "https://x.example/{+a}{+b}{+c}{+d}{+e}{+f}{+g}{+h}!",
            "https://x.example/" + "{a}".repeat(500) + "!",
            "{a*}".repeat(900),
            "{" + "a,".repeat(1_500) + "a}",
            "https://x.example/{/a*,b*,c*}{?d*}{#e}");
    private static final List<String> PATTERNS = List.of(
            "/(a+)+!",
            "/(a|a|ab|b)*!",
            "/((((a*)*)*)*)*!",
            "/(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)!",
            "/([ab]{1000}[ab]{1000}[ab]{1000})c",
            "/:a:b?:c*:d+",
            "/{a}*{ab}*{b}*!");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private AttackedHub hub;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger attacks = new AtomicInteger();
    private final List<Thread> attackers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        hub = AttackedHub.start(directory, "");
    }

    @AfterEach
    void stop() throws InterruptedException {
        over.set(true);
        for (Thread attacker : attackers) {
            attacker.join();
        }
        hub.close();
    }

    /** One try of an attacker, who keeps a connection until the next. */
    private interface Attack {
        RawHttp attack(int number) throws IOException;
    }

    private void attack(Attack attack) {
        attackers.add(Thread.ofVirtual().start(() -> {
            List<RawHttp> held = new ArrayList<>();
            for (int i = 0; !over.get(); i++) {
                try {
                    held.add(attack.attack(i));
                    attacks.incrementAndGet();
                    if (held.size() > 50) {
                        held.removeFirst().close();
                    }
                } catch (IOException refused) {
                    attacks.incrementAndGet();
                }
            }
            for (RawHttp each : held) {
                try {
                    each.close();
                } catch (IOException closed) {
                    attacks.incrementAndGet();
                }
            }
        }));
    }

    private RawHttp opened(String method, String target, String body, String token) throws IOException {
        RawHttp http = hub.connect();
        http.request(method, target, AttackedHub.FORM, AttackedHub.bearer(token), "Content-Length: " + body.length())
                .send(body)
                .readHead();
        return http;
    }

    private static String fields(String name, List<String> values, int number) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < 90; i++) {
            String value = values.get(i % values.size());
            form.append(i == 0 ? "" : "&").append(name).append('=').append(URLEncoder.encode(value, UTF_8));
            form.append(number * 90 + i);
        }
        return form.toString();
    }

    @Test
    void othersAreServedWithinASecond() throws Exception {
        long now = Instant.now().getEpochSecond();
        String claims = "{\"iss\":\"" + AttackedHub.ISSUER_08 + "\",\"aud\":\"" + AttackedHub.AUDIENCE
                + "\",\"sub\":\"eve\",\"client_id\":\"c\",\"jti\":\"1\",\"iat\":" + now + ",\"exp\":" + (now + 600)
                + ",\"authorization_details\":[]}";
        String token08 = Forge.hs256("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", claims, AttackedHub.SECRET_08);
        String token = AttackedHub.token();

        attack(i -> opened("QUERY", "/events", fields("topic", TEMPLATES, i), token));
        attack(i -> opened("QUERY", "/hub", fields("match_urlpattern", PATTERNS, i), token08));
        attack(i -> {
            RawHttp http = hub.connect();
            RawWebSocket socket = RawWebSocket.open(http, "/events", AttackedHub.bearer(token));
            socket.text("{\"type\":\"subscribe\",\"topic\":\"" + TEMPLATES.get(i % TEMPLATES.size()) + i + "\"}");
            socket.readMessage();
            return http;
        });
        attack(i -> opened("POST", "/events", ("topic=" + EVIL_TOPIC + i + "&").repeat(100) + "data=x", token));

        List<Duration> times = new ArrayList<>();
        try (RawHttp reader = hub.connect()) {
            reader.timeout(Duration.ofSeconds(60));
            reader.get("/events?topic=quiet", "Accept: text/event-stream", AttackedHub.bearer(token));
            assertThat(reader.readHead().status()).isEqualTo(200);
            StringBuilder read = new StringBuilder();
            for (int i = 0; i < ROUND_TRIPS || attacks.get() < 100; i++) {
                long begun = System.nanoTime();
                hub.publish("topic", "quiet", "data", "round " + i + ".");
                while (read.indexOf("round " + i + ".") < 0) {
                    read.append(new String(reader.readChunks(1), UTF_8));
                }
                times.add(Duration.ofNanos(System.nanoTime() - begun));
            }
        }
        times.sort(null);
        System.out.printf(
                "%,d attacks, round trips from %s by %s to %s%n",
                attacks.get(), times.getFirst(), times.get(times.size() / 2), times.getLast());
        // The machine may have other work too: what is held up by a pattern is held up each time.
        assertThat(times.get(times.size() / 2)).isLessThan(Duration.ofSeconds(5));
    }
}

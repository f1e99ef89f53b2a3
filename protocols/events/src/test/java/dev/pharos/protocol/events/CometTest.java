package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Caps;
import dev.pharos.auth.ClientAddresses;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Routes;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What helps plain pages and networks that buffer. */
class CometTest {

    private TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    private FakeExchange script(String target, String... lines) {
        return hub.get(target, lines);
    }

    // JSONP

    @Test
    void aPollMayBeACallOfAFunctionOfThePage() {
        FakeExchange poll = script("/events?topic=a&wait=5&callback=app.on_1$", "Sec-Fetch-Site: same-origin");
        hub.publish("a", "one\u2028two\u2029");

        assertThat(poll.status()).isEqualTo(200);
        assertThat(poll.field("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(poll.field("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(poll.field("Cache-Control")).isEqualTo("no-store");
        String script = poll.text();
        assertThat(script)
                .startsWith("/**/app.on_1$({\"state\":\"live\",")
                .endsWith("});\n")
                .contains("one\\u2028two\\u2029");
        String json = script.substring("/**/app.on_1$(".length(), script.length() - ");\n".length());
        assertThat(Tree.string(Tree.objects(Tree.object(json), "events").getFirst(), "data"))
                .isEqualTo("one\u2028two\u2029");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1a",
                "a-b",
                "a b",
                "a%3Balert(1)",
                "a.",
                ".a",
                "a..b",
                "a[0]",
                "%3Cscript%3E",
                "a%0A",
                "%C3%A9",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void aCallbackIsANameAndNothingElse(String callback) {
        FakeExchange poll = script("/events?topic=a&wait=0&callback=" + callback, "Sec-Fetch-Site: same-origin");
        assertThat(poll.status()).isEqualTo(400);
        assertThat(poll.field("Content-Type")).startsWith("text/plain");
        assertThat(poll.text()).contains("'callback'").hasLineCount(1);
    }

    @Test
    void noPageReadsByAScriptWhatItMayNotReadOtherwise() {
        String target = "/events?topic=a&wait=0&callback=f";
        assertThat(script(target, "Host: hub.example").status()).isEqualTo(403);
        assertThat(script(target, "Host: hub.example", "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(script(target, "Host: hub.example", "Referer: https://evil.example/hub.example/")
                        .status())
                .isEqualTo(403);
        assertThat(script(target, "Host: hub.example", "Referer: nonsense").status())
                .isEqualTo(403);
        hub.untilAnswered(script(target, "Host: hub.example", "Referer: https://hub.example/page?x"));
        FakeExchange own = hub.untilAnswered(script(target, "Host: hub.example", "Sec-Fetch-Site: same-origin"));
        assertThat(own.status()).isEqualTo(200);
    }

    @Test
    void allowedSitesMayUseScripts() {
        hub.close();
        hub = new TestHub(EventsOptions.DEFAULT.withAllowedOrigins(List.of("https://app.example")));
        String target = "/events?topic=a&wait=0&callback=f";
        assertThat(hub.untilAnswered(script(target, "Host: h", "Referer: https://app.example/x"))
                        .status())
                .isEqualTo(200);
        assertThat(script(target, "Host: h", "Referer: https://app.example.evil/x")
                        .status())
                .isEqualTo(403);
        hub.close();
        hub = new TestHub(EventsOptions.DEFAULT.withAllowedOrigins(List.of("*")));
        assertThat(hub.untilAnswered(script(target, "Host: h")).status()).isEqualTo(200);
    }

    // padding

    @Test
    void aStreamMayBeginWithBytesForThoseThatBuffer() {
        FakeExchange stream = hub.eventSource("/events?topic=a&padding=true");
        String text = stream.stream().text();
        assertThat(text).startsWith(":" + " ".repeat(2048) + "\nretry: ");
        assertThat(StandardReader.of(text).messages).isEmpty();
        assertThat(hub.eventSource("/events?topic=a&padding=maybe").status()).isEqualTo(400);
        assertThat(hub.eventSource("/events?session=12345678901234567890&padding=true").stream()
                        .text())
                .startsWith(":" + " ".repeat(2048) + "\nretry: ");
    }

    // the probe

    private FakeExchange probe(FakeExchange exchange) {
        hub.loop.within(
                () -> hub.protocol.mount(Routes.builder(), "/events").build().handle(exchange, exchange));
        hub.loop.run();
        return exchange;
    }

    @Test
    void theProbesStreamHasItsTimes() {
        FakeExchange exchange = probe(new FakeExchange(hub.loop, "GET", "/events/probe?padding=true"));
        StandardReader reader = new StandardReader();
        assertThat(exchange.stream().text()).startsWith(":" + " ".repeat(2048));
        reader.read(exchange.stream().take());
        assertThat(reader.data()).containsExactly("0");
        hub.pass(Duration.ofMillis(500));
        reader.read(exchange.stream().take());
        assertThat(reader.data()).containsExactly("0", "1");
        hub.pass(Duration.ofMillis(700));
        assertThat(exchange.stream().take()).isEmpty();
        hub.pass(Duration.ofSeconds(1));
        reader.read(exchange.stream().take());
        assertThat(reader.data()).containsExactly("0", "1", "2");
        assertThat(exchange.stream().closed()).isTrue();
        assertThat(hub.protocol.counts().streams()).isZero();
    }

    @Test
    void theProbesStreamEndsWithItsReader() {
        FakeExchange exchange = probe(new FakeExchange(hub.loop, "GET", "/events/probe"));
        hub.loop.within(() -> exchange.stream().hangUp());
        hub.pass(Duration.ofSeconds(5));
        assertThat(hub.protocol.counts().streams()).isZero();
    }

    private FakeSocket probeSocket() {
        FakeExchange exchange = new FakeExchange(hub.loop, "GET", "/events/probe");
        exchange.upgradeSupport(UpgradeSupport.READY);
        return probe(exchange).socket();
    }

    @Test
    void theProbesSocketSendsAMessageBackAtOnceAndAfterASilence() {
        FakeSocket socket = probeSocket();
        hub.pass(Duration.ofSeconds(2));
        hub.loop.within(() -> socket.receive("hello"));
        hub.loop.within(() -> socket.receive("and so on"));
        hub.loop.run();
        assertThat(socket.poll()).isEqualTo("hello");
        hub.pass(Duration.ofSeconds(1));
        assertThat(socket.poll()).isNull();
        assertThat(socket.closeCode()).isZero();
        hub.pass(Duration.ofMillis(600));
        assertThat(socket.poll()).isEqualTo("hello");
        assertThat(socket.closeCode()).isEqualTo(1000);
        FakeSocket silent = probeSocket();
        hub.pass(Duration.ofSeconds(6));
        assertThat(silent.closeCode()).isEqualTo(1000);
        assertThat(hub.protocol.counts().sockets()).isZero();
    }

    @Test
    void allProbesTogetherAreASmallPartOfTheConnections() {
        hub.close();
        hub = new TestHub(EventsOptions.DEFAULT.withConnections(200));
        List<FakeExchange> streams = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            streams.add(probe(new FakeExchange(hub.loop, "GET", "/events/probe")));
            assertThat(streams.getLast().status()).isEqualTo(200);
        }
        FakeSocket socket = probeSocket(); // the twelfth of 200
        FakeExchange more = probe(new FakeExchange(hub.loop, "GET", "/events/probe"));
        assertThat(more.status()).isEqualTo(503);
        assertThat(more.field("Retry-After")).isNotNull();
        assertThat(more.text()).contains("12").hasLineCount(1);
        assertThat(hub.eventSource("/events?topic=a").status()).isEqualTo(200);

        hub.loop.within(() -> socket.hangUp(1000));
        hub.loop.run();
        assertThat(probe(new FakeExchange(hub.loop, "GET", "/events/probe")).status())
                .isEqualTo(200);
        assertThat(probe(new FakeExchange(hub.loop, "GET", "/events/probe")).status())
                .isEqualTo(503);
        hub.pass(Duration.ofSeconds(2)); // all are over
        for (int i = 0; i < 12; i++) {
            assertThat(probe(new FakeExchange(hub.loop, "GET", "/events/probe")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aProbeIsAConnectionOfItsAddressAndAsksForNoToken() {
        hub.close();
        Tokens tokens = new Tokens();
        tokens.caps = new Caps(1, 2, 0, ClientAddresses.DIRECT, () -> 0);
        hub = new TestHub(tokens::access, null);
        assertThat(hub.eventSource("/events?topic=a").status()).isEqualTo(401);
        FakeExchange stream = probe(new FakeExchange(hub.loop, "GET", "/events/probe"));
        assertThat(stream.status()).isEqualTo(200);
        FakeSocket socket = probeSocket();
        FakeExchange more = probe(new FakeExchange(hub.loop, "GET", "/events/probe"));
        assertThat(more.status()).isEqualTo(429);
        assertThat(more.field("Retry-After")).isEqualTo("5");
        hub.loop.within(() -> socket.hangUp(1000));
        hub.loop.run();
        assertThat(probe(new FakeExchange(hub.loop, "GET", "/events/probe")).status())
                .isEqualTo(200);
    }

    @Test
    void theProbeIsForAllowedPagesOnly() {
        FakeExchange foreign =
                new FakeExchange(hub.loop, "GET", "/events/probe", "Host: h", "Origin: https://evil.example");
        assertThat(probe(foreign).status()).isEqualTo(403);
        assertThat(probe(new FakeExchange(hub.loop, "POST", "/events/probe")).status())
                .isEqualTo(405);
    }
}

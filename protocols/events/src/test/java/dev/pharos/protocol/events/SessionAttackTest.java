package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Permit;
import dev.pharos.log.Event;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of another site, or an impatient client, may try with sessions and their renewal. */
class SessionAttackTest {

    private static final String ID = "chosen-by-somebody-else";
    private static final String HOST = "Host: hub.example";
    private static final String COOKIE = "Cookie: mercureAuthorization=ann";

    private final Tokens tokens = new Tokens();
    private final TestHub hub = new TestHub(tokens::access, null);

    @AfterEach
    void close() {
        hub.close();
    }

    /** An image or a link to the hub makes a browser send the cookie; the id is then known to whoever made the page. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: nothing",
                "Referer: https://evil.example/",
                "Referer: http://hub.example.evil.example/",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: none",
                "Origin: null"
            })
    void opensNoSessionWithTheCookieForAPageThatChoseItsId(String line) {
        tokens.make("ann", "*", "*");
        FakeExchange victim = hub.eventSource("/events?topic=a&session=" + ID, HOST, COOKIE, line);
        FakeExchange thief = hub.eventSource("/events?session=" + ID, HOST);
        hub.post("text/plain", "", HOST); // lets the loop go on
        hub.publish(Event.on("a").isPrivate(true).data("secret").build());
        assertThat(text(victim) + text(thief)).doesNotContain("secret");
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Origin: http://hub.example", "Referer: http://hub.example/page", "Sec-Fetch-Site: same-origin"})
    void opensASessionWithTheCookieForAPageOfItsOwn(String line) {
        tokens.make("ann", "*", "*");
        FakeExchange own = hub.eventSource("/events?topic=a&session=" + ID, HOST, COOKIE, line);
        hub.publish(Event.on("a").isPrivate(true).data("mine").build());
        assertThat(own.stream().text()).contains("mine");
    }

    private static String text(FakeExchange exchange) {
        return exchange.status() == 200 ? exchange.stream().text() : "";
    }

    @Test
    void keepsNothingOfReadersThatHaveGoneBeforeTheyAreServed() {
        tokens.anonymous = Permit.anonymous(true, false);
        for (String accept : new String[] {"text/event-stream", "application/json"}) {
            for (String cursor : new String[] {"", "&lastEventId=earliest"}) {
                FakeExchange gone = new FakeExchange(hub.loop, "GET", "/events?topic=a" + cursor, "Accept: " + accept);
                gone.disappear();
                hub.handle(gone);
            }
        }
        assertThat(hub.hub.stats().subscriptions()).isZero();
        assertThat(hub.protocol.counts().streams()).isZero();
    }

    @Test
    void refusesTenThousandSelectorsHoweverTheyCome() {
        String token = tokens.make("ann", "*", "*");
        String many = "topic=t" + "&topic=t".repeat(10_000);
        assertThat(hub.query("/events", many, token).status()).isEqualTo(400);
        FakeSocket socket = hub.socket("/events", token).socket();
        String list = "\"t\",".repeat(10_000);
        hub.loop.within(() ->
                socket.receive("{\"type\":\"subscribe\",\"topics\":[" + list.substring(0, list.length() - 1) + "]}"));
        hub.loop.run();
        assertThat(Tree.object(socket.next())).containsEntry("type", "error").containsEntry("code", "invalid");
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }

    @Test
    void answersARenewalWhoseFormIsBroken() {
        String token = tokens.make("ann", "*", "*");
        assertThat(hub.formAt("/events/connection", "connection=%zz", token).status())
                .isEqualTo(400);
        assertThat(hub.formAt("/events/connection", "a&".repeat(100), token).status())
                .isEqualTo(400);
    }

    @Test
    void sendsNothingTwiceThatIsRenewedTwiceAtOnce() {
        tokens.make("ann", "ann", "*", "a b c", hub.clock.millis() + 3_600_000);
        FakeExchange stream = hub.eventSource("/events?topic=*&control=true", "Authorization: Bearer ann");
        for (int i = 0; i < 5; i++) {
            hub.publish("a", "before" + i);
        }
        Matcher secret = Pattern.compile("\"connection\":\"([^\"]+)\"")
                .matcher(stream.stream().text());
        assertThat(secret.find()).isTrue();
        String first = tokens.make("t1", "ann", "*", "a b", hub.clock.millis() + 3_600_000);
        String second = tokens.make("t2", "ann", "*", "a", hub.clock.millis() + 3_600_000);
        assertThat(renew(secret.group(1), first)).isEqualTo(200);
        assertThat(renew(secret.group(1), second)).isEqualTo(200);
        hub.publish("a", "after");
        hub.until("the last event", () -> stream.stream().text().contains("data: after"));
        for (int i = 0; i < 5; i++) {
            assertThat(stream.stream().text().split("data: before" + i, -1)).hasSize(2);
        }
        hub.publish(Event.on("b").isPrivate(true).data("not any more").build());
        hub.publish("a", "end");
        hub.until("the end", () -> stream.stream().text().contains("data: end"));
        assertThat(stream.stream().text()).doesNotContain("not any more");
    }

    private int renew(String secret, String token) {
        return hub.formAt("/events/connection", "connection=" + secret, token).status();
    }

    @Test
    void sendsNothingTwiceOverASocketThatIsRenewedTwiceAtOnce() {
        FakeSocket socket =
                hub.socket("/events?topic=*", tokens.make("ann", "*", "a b c")).socket();
        for (int i = 0; i < 5; i++) {
            hub.publish("a", "before" + i);
        }
        tokens.make("t1", "ann", "*", "a b", Permit.NEVER);
        tokens.make("t2", "ann", "*", "a", Permit.NEVER);
        hub.loop.within(() -> {
            socket.receive("{\"type\":\"token\",\"token\":\"t1\"}");
            socket.receive("{\"type\":\"token\",\"token\":\"t2\"}");
        });
        hub.publish("a", "after");
        StringBuilder all = new StringBuilder();
        hub.until("the last event", () -> {
            while (socket.hasFrame()) {
                Map<String, Object> frame = Tree.object(socket.next());
                all.append(frame).append('\n');
            }
            return all.indexOf("after") >= 0;
        });
        for (int i = 0; i < 5; i++) {
            assertThat(all.toString().split("before" + i, -1)).hasSize(2);
        }
    }

    @Test
    void keepsLittleOfWhatComesBeforeItIsKnownFromWhom() {
        tokens.isSlow = true;
        tokens.make("ann", "*", "*");
        FakeExchange stream = hub.eventSource("/events?session=" + ID, "Authorization: Bearer ann");
        for (int i = 0; i < 20 && !stream.stream().closed(); i++) {
            FakeExchange post =
                    new FakeExchange(hub.loop, "POST", "/events?session=" + ID, "Content-Type: application/x-ndjson");
            byte[] lines = "1\n".repeat(5_000).getBytes(StandardCharsets.US_ASCII);
            hub.handle(post.bodyLength(lines.length));
            hub.loop.within(() -> post.push(lines).end());
            hub.loop.run();
        }
        hub.pass(Duration.ofSeconds(1));
        assertThat(stream.stream().closed()).isTrue();
        tokens.answerAll();
        hub.loop.run();
    }
}

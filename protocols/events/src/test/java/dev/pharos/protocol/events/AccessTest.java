package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.hub.Limits;
import dev.pharos.log.Event;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

    private final Tokens tokens = new Tokens();
    private final TestHub hub = new TestHub(tokens::access, null);

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void asksForATokenToReadAndToPublish() {
        for (FakeExchange refused : List.of(
                hub.eventSource("/events?topic=a"),
                hub.poll("/events?topic=a&wait=0"),
                hub.socket("/events?topic=a"),
                hub.form("topic=a"),
                hub.upload(),
                hub.request("HEAD", "/events?topic=a"),
                hub.query("/events", "topic=a"))) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.field("WWW-Authenticate")).isEqualTo("Bearer");
        }
        assertThat(hub.hub.log().end()).isZero();
    }

    @Test
    void saysWhenATokenIsNotGood() {
        FakeExchange refused = hub.eventSource("/events?topic=a", "Authorization: Bearer bad");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.field("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        FakeExchange malformed = hub.eventSource("/events?topic=a", "Authorization: Basic x");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.field("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_request\"");
    }

    @Test
    void letsAnybodyDoWhatAnonymousMay() {
        tokens.anonymous = Permit.anonymous(true, false);
        FakeExchange stream = hub.eventSource("/events?topic=a");
        assertThat(stream.status()).isEqualTo(200);
        assertThat(hub.form("topic=a").status()).isEqualTo(401);
        hub.publish(Event.on("a").isPrivate(true).data("secret").build(), Event.of("a", "open"));
        assertThat(stream.stream().text()).contains("open").doesNotContain("secret");
    }

    @Test
    void saysWhatATokenDoesNotGrant() {
        String reader = tokens.make("ann", "", "a");
        String publisher = tokens.publisher("pub");
        FakeExchange refused = hub.form("topic=a", reader);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.field("WWW-Authenticate")).isEqualTo("Bearer error=\"insufficient_scope\"");
        assertThat(hub.eventSource("/events?topic=a", publisher).status()).isEqualTo(403);
        assertThat(hub.form("topic=a", publisher).status()).isEqualTo(200);
    }

    @Test
    void publishesNothingOfAnEventOfWhichATopicIsNotGranted() {
        String token = tokens.make("ann", "a b", "");
        assertThat(hub.form("topic=a&topic=c", token).status()).isEqualTo(403);
        assertThat(hub.json("{\"topics\":[\"c\"]}", token).status()).isEqualTo(403);
        assertThat(hub.hub.log().end()).isZero();
        assertThat(hub.form("topic=a&topic=b", token).status()).isEqualTo(200);
    }

    @Test
    void endsABatchAtTheLineThatIsNotGranted() {
        FakeExchange upload = hub.upload(tokens.make("ann", "a", ""));
        hub.loop.within(
                () -> upload.push("{\"topic\":\"a\"}\n{\"topic\":\"a\"}\n{\"topic\":\"b\"}\n{\"topic\":\"a\"}\n")
                        .end());
        hub.loop.run();
        assertThat(upload.status()).isEqualTo(403);
        assertThat(upload.field("WWW-Authenticate")).contains("insufficient_scope");
        assertThat(upload.text()).contains("\"accepted\":2").contains("\"line\":3");
        assertThat(hub.hub.log().end()).isEqualTo(2);
    }

    @Test
    void deliversPrivateEventsToThoseWhoAreGrantedThemOverEveryTransport() {
        String granted = tokens.make("ann", "", "secret/{x}");
        String other = tokens.make("bob", "", "other");
        hub.publish(Event.on("news")
                .topic("secret/1")
                .isPrivate(true)
                .data("before")
                .build());
        FakeExchange forAnn = hub.untilAnswered(hub.eventSource("/events?topic=news&lastEventId=earliest", granted));
        FakeExchange forBob = hub.untilAnswered(hub.eventSource("/events?topic=news&lastEventId=earliest", other));
        FakeSocket annsSocket = hub.socket("/events?topic=news", granted).socket();
        FakeSocket bobsSocket = hub.socket("/events?topic=news", other).socket();
        hub.publish(
                Event.on("news").topic("secret/2").isPrivate(true).data("after").build());
        hub.publish(Event.of("news", "public"));
        hub.until("all of it", () -> forAnn.stream().text().contains("public"));
        hub.until("all of it", () -> forBob.stream().text().contains("public"));
        assertThat(forAnn.stream().text()).contains("before", "after");
        assertThat(forBob.stream().text()).doesNotContain("before").doesNotContain("after");
        assertThat(hub.untilAnswered(hub.poll("/events?topic=news&lastEventId=earliest&wait=0", granted))
                        .text())
                .contains("before", "after", "public");
        assertThat(hub.untilAnswered(hub.poll("/events?topic=news&lastEventId=earliest&wait=0", other))
                        .text())
                .doesNotContain("before")
                .doesNotContain("after")
                .contains("public");
        assertThat(frames(annsSocket)).contains("after", "public");
        assertThat(frames(bobsSocket)).contains("public").doesNotContain("after");
    }

    private static String frames(FakeSocket socket) {
        StringBuilder all = new StringBuilder();
        while (socket.hasFrame()) {
            all.append(Tree.object(socket.next()));
        }
        return all.toString();
    }

    @Test
    void neverWidensByWhatIsAskedFor() {
        FakeExchange all = hub.eventSource("/events?topic=*", tokens.make("ann", "", "a"));
        hub.publish(Event.on("a").isPrivate(true).data("mine").build());
        hub.publish(Event.on("b").isPrivate(true).data("theirs").build());
        hub.publish("c", "public");
        assertThat(all.stream().text()).contains("mine", "public").doesNotContain("theirs");
    }

    @Test
    void tellsNoPublisherThatPrivateEventsReachNobody() {
        FakeExchange published = hub.form("topic=a&private=on", tokens.make("ann", "*", ""));
        assertThat(published.status()).isEqualTo(200);
        assertThat(published.field("Pharos-Notice")).isNull();
    }

    @Test
    void keepsIdempotencyKeysOfPublishersApart() {
        String ann = tokens.make("ann", "*", "");
        String bob = tokens.make("bob", "*", "");
        assertThat(hub.form("topic=a&data=1", ann, "Idempotency-Key: k").status())
                .isEqualTo(200);
        assertThat(hub.form("topic=a&data=2", bob, "Idempotency-Key: k").status())
                .isEqualTo(200);
        assertThat(hub.form("topic=a&data=2", ann, "Idempotency-Key: k").status())
                .isEqualTo(422);
        String first = hub.form("topic=a&data=1", ann, "Idempotency-Key: k").text();
        assertThat(first).isEqualTo(TestHub.cursor(1));
        String longName = tokens.make("long", "x".repeat(5_000), "*", "", Permit.NEVER);
        assertThat(hub.form("topic=a&data=3", longName, "Idempotency-Key: k").status())
                .isEqualTo(200);
        assertThat(hub.form("topic=a&data=3", longName, "Idempotency-Key: k").text())
                .isEqualTo(TestHub.cursor(3));
        assertThat(hub.hub.log().end()).isEqualTo(3);
    }

    @Test
    void takesTheTokenFromACookie() {
        tokens.make("ann", "*", "*");
        assertThat(hub.eventSource("/events?topic=a", "Cookie: x=y; mercureAuthorization=ann")
                        .status())
                .isEqualTo(200);
        assertThat(hub.eventSource("/events?topic=a&authorization=ann").status())
                .isEqualTo(401);
        FakeExchange bad =
                hub.eventSource("/events?topic=a", "Authorization: Bearer bad", "Cookie: mercureAuthorization=ann");
        assertThat(bad.status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Origin: https://evil.example",
                "Referer: https://evil.example/page",
                "Referer: nonsense",
                "Origin: null",
                "Referer: http://hub.example.evil.example/"
            })
    void refusesToPublishWithTheCookieForAnotherSite(String line) {
        tokens.make("ann", "*", "*");
        FakeExchange refused = hub.form("topic=a", "Host: hub.example", "Cookie: mercureAuthorization=ann", line);
        assertThat(refused.status()).isIn(400, 403);
        assertThat(hub.hub.log().end()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://hub.example",
                "Referer: http://hub.example/page?x",
                "Origin: https://publisher.example",
                "Referer: https://publisher.example"
            })
    void publishesWithTheCookieForOwnAndAllowedPages(String line) {
        tokens.make("ann", "*", "*");
        assertThat(hub.form("topic=a", "Host: hub.example", "Cookie: mercureAuthorization=ann", line)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aScriptIsNoWayToReadWithSomebodysCookie() {
        tokens.make("ann", "*", "*");
        EventsOptions everySite = EventsOptions.DEFAULT.withAllowedOrigins(List.of("*"));
        try (TestHub any = new TestHub(Limits.DEFAULT, everySite, 1 << 20, log -> log, tokens::access, null)) {
            String target = "/events?topic=a&wait=0&callback=f";
            String cookie = "Cookie: mercureAuthorization=ann";
            String host = "Host: hub.example";
            assertThat(any.get(target, host, cookie).status()).isEqualTo(403);
            assertThat(any.get(target, host, cookie, "Referer: https://evil.example/")
                            .status())
                    .isEqualTo(403);
            assertThat(any.untilAnswered(any.get(target, host, cookie, "Referer: http://hub.example/page"))
                            .status())
                    .isEqualTo(200);
            assertThat(any.untilAnswered(any.get(target, host, cookie, "Sec-Fetch-Site: same-origin"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void letsTheOriginDecideWhereThereIsARefererToo() {
        tokens.make("ann", "*", "*");
        FakeExchange refused = hub.form(
                "topic=a",
                "Host: hub.example",
                "Cookie: mercureAuthorization=ann",
                "Origin: https://evil.example",
                "Referer: http://hub.example/");
        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void servesARequestWhenItsTokenIsFoundGoodLater() {
        tokens.isSlow = true;
        String token = tokens.make("ann", "a", "a");
        FakeExchange stream = hub.eventSource("/events?topic=a", token);
        FakeExchange form = hub.form("topic=a&data=x", token);
        FakeExchange gone = hub.eventSource("/events?topic=a", token);
        FakeExchange bad = hub.poll("/events?topic=a", "Authorization: Bearer bad");
        assertThat(stream.answered()).isFalse();
        hub.loop.within(gone::disappear);
        tokens.answerAll();
        hub.loop.run();
        assertThat(stream.status()).isEqualTo(200);
        assertThat(bad.status()).isEqualTo(401);
        assertThat(gone.answered()).isFalse();
        assertThat(hub.hub.stats().subscriptions()).isEqualTo(1);
        assertThat(hub.protocol.counts().streams()).isEqualTo(1);
        hub.loop.within(() -> form.push("topic=a&data=x").end());
        hub.loop.run();
        assertThat(form.status()).isEqualTo(200);
    }

    @Test
    void sendsStreamsAwayForAWhileWhenNobodyCanJudge() {
        String token = tokens.make("ann", "a", "a");
        tokens.outage = new RefusedException(Reason.UNAVAILABLE, "the issuer is away", 5);
        FakeExchange stream = hub.eventSource("/events?topic=a", token);
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.stream().text()).contains("retry: ");
        assertThat(stream.stream().closed()).isTrue();
        FakeExchange poll = hub.poll("/events?topic=a", token);
        assertThat(poll.status()).isEqualTo(503);
        assertThat(poll.field("Retry-After")).isEqualTo("5");
        hub.loop.run();
        assertThat(hub.protocol.counts().streams()).isZero();
    }

    @Test
    void obeysASocketAsFarAsItsTokenGoes() {
        FakeSocket socket = hub.socket("/events", tokens.make("ann", "a", "")).socket();
        receive(socket, "{\"type\":\"publish\",\"ref\":\"1\",\"event\":{\"topic\":\"b\"}}");
        assertThat(Tree.object(socket.next()))
                .containsEntry("code", "forbidden")
                .containsEntry("ref", "1");
        receive(socket, "{\"type\":\"publish\",\"ref\":\"2\",\"event\":{\"topic\":\"a\",\"private\":true}}");
        Map<String, Object> published = Tree.object(socket.next());
        assertThat(published).containsEntry("type", "published").doesNotContainKey("notice");
        assertThat(hub.socket("/events?topic=a", tokens.publisher("pub")).status())
                .isEqualTo(403);
        FakeSocket publisher = hub.socket("/events", tokens.publisher("pub")).socket();
        receive(publisher, "{\"type\":\"subscribe\",\"topic\":\"a\"}");
        assertThat(Tree.object(publisher.next())).containsEntry("code", "forbidden");
    }

    @Test
    void opensNoSocketWithTheCookieForAnotherSite() {
        tokens.make("ann", "*", "*");
        String[] cookie = {"Host: hub.example", "Cookie: mercureAuthorization=ann", "Origin: https://evil.example"};
        assertThat(hub.socket("/events", cookie).status()).isEqualTo(403);
        cookie[2] = "Origin: http://hub.example";
        assertThat(hub.socket("/events", cookie).status()).isEqualTo(101);
        try (TestHub any = new TestHub(EventsOptions.DEFAULT.withAllowedOrigins(List.of("*")))) {
            assertThat(any.socket("/events", "Host: hub.example", "Origin: https://evil.example")
                            .status())
                    .isEqualTo(101);
        }
    }

    private void receive(FakeSocket socket, String frame) {
        hub.loop.within(() -> socket.receive(frame));
        hub.loop.run();
    }

    @Test
    void unitesTheSelectorsOfAQueryWithThoseOfItsUrl() {
        String token = tokens.make("ann", "", "");
        hub.publish(Event.of("a", "one"), Event.of("b", "two"), Event.of("c", "three"));
        FakeExchange poll = hub.untilAnswered(hub.query(
                "/events?topic=a&lastEventId=earliest",
                "topic=b&lastEventId=nonsense&wait=0",
                token,
                "Accept: application/json"));
        assertThat(poll.text()).contains("one", "two", "resumed").doesNotContain("three");
        StringBuilder many = new StringBuilder("x=y");
        for (int i = 0; i < 100; i++) {
            many.append("&topic=").append("t".repeat(4_000)).append(i);
        }
        FakeExchange stream = hub.query("/events", many.toString(), token);
        assertThat(stream.status()).isEqualTo(200);
        hub.publish("t".repeat(4_000) + "99", "found");
        assertThat(stream.stream().text()).contains("found");
        assertThat(hub.query("/events?topic=one-too-many", many.toString(), token)
                        .status())
                .isEqualTo(400);
        assertThat(hub.query("/events", "topic=" + "t".repeat(2 << 20), token).status())
                .isEqualTo(413);
    }

    @Test
    void letsNoPrivateEventReachAnybodyWithoutAGrant() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] topics = {"a", "b", "c/1", "c/2", "d"};
        String[] grants = {"", "a", "b d", "c/{x}", "*", "c/1"};
        for (int i = 0; i < grants.length; i++) {
            tokens.make("reader" + i, "", grants[i]);
        }
        FakeExchange[] streams = new FakeExchange[60];
        for (int i = 0; i < 400; i++) {
            int at = random.nextInt(streams.length);
            if (streams[at] == null || random.nextInt(4) == 0) {
                String cursor = hub.hub.log().end() == 0 || random.nextBoolean()
                        ? ""
                        : "&lastEventId="
                                + TestHub.cursor(random.nextLong(hub.hub.log().end()));
                streams[at] = hub.eventSource(
                        "/events?envelope=json&topic="
                                + (random.nextBoolean() ? "*" : topics[random.nextInt(topics.length)]) + cursor,
                        "Authorization: Bearer reader" + (at % grants.length));
            }
            Event.Builder event =
                    Event.on(topics[random.nextInt(topics.length)]).isPrivate(random.nextBoolean());
            if (random.nextBoolean()) {
                event.topic(topics[random.nextInt(topics.length)]);
            }
            hub.publish(event.build());
        }
        hub.until(
                "rest",
                () -> hub.hub.stats().lagging() == 0
                        && Arrays.stream(streams).allMatch(stream -> stream == null || stream.answered()));
        for (int i = 0; i < streams.length; i++) {
            if (streams[i] == null) {
                continue;
            }
            Permit permit = tokens.authorize(new dev.pharos.auth.Credentials(
                            dev.pharos.auth.Credentials.Source.HEADER, "reader" + i % grants.length))
                    .toCompletableFuture()
                    .join();
            for (String line : streams[i].stream().text().split("\n", -1)) {
                if (line.startsWith("data: ")) {
                    Event event = EventJson.readAnew(line.substring(6), hub.hub.limits());
                    assertThat(!event.isPrivate() || permit.subscribe().selectsAny(event.topics()))
                            .as("seed %d, %s for %s", seed, event, permit)
                            .isTrue();
                }
            }
        }
    }
}

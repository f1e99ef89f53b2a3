package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.hub.Limits;
import dev.pharos.log.EventLog;
import dev.pharos.testkit.fake.FakeExchange;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That nobody is served beyond the end of a token, however slow the client or the hub is. */
class ExpiryTest {

    private static final int SECONDS = 10;
    private static final String LINE = "{\"topic\":\"a\",\"data\":\"x\"}\n";

    private final Tokens tokens = new Tokens();
    private TestHub hub = new TestHub(tokens::access, null);
    private final CountDownLatch historyAnswers = new CountDownLatch(1);

    @AfterEach
    void close() {
        historyAnswers.countDown();
        hub.close();
    }

    private String token() {
        return tokens.make("ann", "ann", "*", "*", hub.clock.millis() + SECONDS * 1_000L);
    }

    private void pass(Duration duration) {
        hub.clock.advance(duration);
        hub.pass(duration);
    }

    private void send(FakeExchange exchange, String text) {
        hub.loop.within(() -> exchange.push(text));
        hub.loop.run();
    }

    private void end(FakeExchange exchange) {
        hub.loop.within(exchange::end);
        hub.loop.run();
    }

    @Test
    void anUploadEndsWithItsTokenThoughNothingComes() {
        FakeExchange upload = hub.upload(token());
        send(upload, LINE + LINE + "{\"topic\":\"a\",");
        pass(Duration.ofSeconds(SECONDS - 1));
        assertThat(upload.answered()).isFalse();

        pass(Duration.ofSeconds(1));

        assertThat(upload.status()).isEqualTo(401);
        assertThat(upload.field("WWW-Authenticate")).contains("invalid_token");
        assertThat(Tree.object(upload.text()))
                .containsEntry("accepted", 2L)
                .containsEntry("line", 3L)
                .containsEntry("error", "the token has expired");
        send(upload, "\"data\":\"late\"}\n");
        end(upload);
        assertThat(hub.hub.log().end()).isEqualTo(2);
        assertThat(hub.uploads.held()).isZero();
    }

    @Test
    void anUploadWithATokenWithoutEndGoesOn() {
        FakeExchange upload = hub.upload(tokens.make("ann", "*", "*"));
        send(upload, LINE);
        pass(Duration.ofDays(1));
        send(upload, LINE);
        end(upload);
        assertThat(upload.status()).isEqualTo(200);
    }

    @Test
    void aSlowBodyIsLateWhenItsTokenHasEnded() {
        String token = token();
        FakeExchange form =
                new FakeExchange(hub.loop, "POST", "/events", "Content-Type: application/x-www-form-urlencoded", token);
        FakeExchange json = new FakeExchange(hub.loop, "POST", "/events", "Content-Type: application/json", token);
        FakeExchange query = new FakeExchange(
                hub.loop, "QUERY", "/events", "Content-Type: application/x-www-form-urlencoded", token);
        for (FakeExchange exchange : new FakeExchange[] {form, json, query}) {
            hub.handle(exchange.bodyLength(100));
        }
        send(form, "topic=a&data=");
        send(json, "{\"topic\":\"a\",");
        send(query, "topic=");
        pass(Duration.ofSeconds(SECONDS));
        send(form, "x");
        send(json, "\"data\":\"x\"}");
        send(query, "a");
        for (FakeExchange exchange : new FakeExchange[] {form, json, query}) {
            end(exchange);
            assertThat(exchange.status()).isEqualTo(401);
            assertThat(exchange.field("WWW-Authenticate")).contains("invalid_token");
        }
        assertThat(hub.hub.log().end()).isZero();
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }

    @Test
    void aPollEndsWithItsToken() {
        FakeExchange poll = hub.poll("/events?topic=a&wait=60", token());
        pass(Duration.ofSeconds(SECONDS - 1));
        assertThat(poll.answered()).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(poll.status()).isEqualTo(200);
        assertThat(Tree.objects(Tree.object(poll.text()), "events")).isEmpty();
    }

    @Test
    void aPollEndsWithItsTokenThoughTheHistoryIsSlow() {
        hub.close();
        hub = new TestHub(Limits.DEFAULT, EventsOptions.DEFAULT, 1 << 20, this::slowHistory, tokens::access, null);
        hub.publish("a", "1", "2");
        for (String wait : new String[] {"0", "5", "60"}) {
            FakeExchange poll = hub.poll("/events?topic=a&lastEventId=" + TestHub.cursor(1) + "&wait=" + wait, token());
            pass(Duration.ofSeconds(SECONDS - 1));
            assertThat(poll.answered()).as("wait=%s", wait).isFalse();

            pass(Duration.ofSeconds(1));

            assertThat(poll.answered()).as("wait=%s", wait).isTrue();
            assertThat(poll.status()).isIn(200, 503);
        }
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }

    /** A log whose past nobody learns before the test says so. */
    private EventLog slowHistory(EventLog log) {
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("resolve") || method.getName().equals("read")) {
                        historyAnswers.await();
                    }
                    return method.invoke(log, arguments);
                });
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Permit;
import dev.pharos.log.Event;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RenewalTest {

    private final Tokens tokens = new Tokens();
    private final TestHub hub = new TestHub(tokens::access, null);

    @AfterEach
    void close() {
        hub.close();
    }

    private long in(Duration duration) {
        return hub.clock.millis() + duration.toMillis();
    }

    private String token(String name, String subscribe, Duration life) {
        return tokens.make(name, "ann", "*", subscribe, in(life));
    }

    private void pass(Duration duration) {
        hub.clock.advance(duration);
        hub.pass(duration);
    }

    private static String secret(FakeExchange stream) {
        Matcher matcher = Pattern.compile("\"connection\":\"([^\"]+)\"")
                .matcher(stream.stream().text());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void endsAStreamCleanlyNoLaterThanItsToken() {
        FakeExchange stream = hub.eventSource("/events?topic=a", token("t", "a", Duration.ofSeconds(30)));
        pass(Duration.ofSeconds(29));
        assertThat(stream.stream().closed()).isFalse();
        pass(Duration.ofMillis(999));
        assertThat(stream.stream().closed()).isTrue();
        assertThat(stream.stream().text()).endsWith("\n\n").contains(": the token expires\nretry: ");
        assertThat(hub.hub.stats().subscriptions()).isZero();
    }

    @Test
    void endsAtOnceWhenNothingIsLeft() {
        FakeExchange stream = hub.eventSource("/events?topic=a", token("t", "a", Duration.ofMillis(50)));
        pass(Duration.ofMillis(300));
        assertThat(stream.stream().closed()).isTrue();
    }

    @Test
    void aTokenOfTheFarFutureEndsNothing() {
        FakeExchange stream = hub.eventSource("/events?topic=a", token("t", "a", Duration.ofDays(10_000 * 365)));
        pass(Duration.ofMinutes(10));
        assertThat(stream.stream().closed()).isFalse();
    }

    @Test
    void endsAPollNoLaterThanItsToken() {
        FakeExchange poll = hub.poll("/events?topic=a&wait=60", token("t", "a", Duration.ofSeconds(5)));
        pass(Duration.ofMillis(5_300));
        assertThat(poll.status()).isEqualTo(200);
    }

    @Test
    void endsASocketNoLaterThanItsToken() {
        FakeSocket socket = hub.socket("/events?topic=a", token("t", "a", Duration.ofSeconds(20)))
                .socket();
        pass(Duration.ofSeconds(19));
        assertThat(socket.closeCode()).isZero();
        pass(Duration.ofMillis(999));
        assertThat(socket.closeCode()).isEqualTo(1008);
    }

    @Test
    void renewsAStreamByItsSecretAndAFreshToken() {
        FakeExchange stream = hub.eventSource("/events?topic=a&control=true", token("t", "a", Duration.ofSeconds(30)));
        assertThat(stream.stream().text()).contains("\"expires\":" + in(Duration.ofSeconds(30)));
        FakeExchange renewed = hub.formAt(
                "/events/connection", "connection=" + secret(stream), token("u", "a", Duration.ofSeconds(60)));
        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.text()).contains("\"expires\":" + in(Duration.ofSeconds(60)));
        pass(Duration.ofSeconds(45));
        assertThat(stream.stream().closed()).isFalse();
        hub.publish(Event.on("a").isPrivate(true).data("still").build());
        assertThat(stream.stream().text()).contains("still");
        pass(Duration.ofSeconds(15));
        assertThat(stream.stream().closed()).isTrue();
        assertThat(hub.formAt(
                                "/events/connection",
                                "connection=" + secret(stream),
                                token("v", "a", Duration.ofSeconds(60)))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void goesOnWithoutGapOrDoubleWithWhatIsLeftOfTheGrants() {
        FakeExchange stream = hub.eventSource("/events?topic=*&control=true", token("t", "a b", Duration.ofHours(1)));
        for (int i = 0; i < 20; i++) {
            hub.publish(Event.on("a").isPrivate(true).data("a" + i).build());
            hub.publish(Event.on("b").isPrivate(true).data("b" + i).build());
            hub.publish("c", "c" + i);
            if (i == 9) {
                FakeExchange renewed = hub.formAt(
                        "/events/connection", "connection=" + secret(stream), token("u", "b c", Duration.ofHours(2)));
                assertThat(renewed.status()).isEqualTo(200);
            }
        }
        hub.until("the end", () -> stream.stream().text().contains("data: c19"));
        String text = stream.stream().text();
        for (int i = 0; i < 20; i++) {
            assertThat(text.split("data: c" + i + "\n", -1)).as("c%d", i).hasSize(2);
            assertThat(text.split("data: b" + i + "\n", -1)).as("b%d", i).hasSize(2);
            assertThat(text.split("data: a" + i + "\n", -1)).as("a%d", i).hasSize(i <= 9 ? 2 : 1);
        }
    }

    @Test
    void doesNotRenewForSomebodyElse() {
        FakeExchange stream = hub.eventSource("/events?topic=a&control=true", token("t", "a", Duration.ofSeconds(30)));
        String secret = secret(stream);
        String other = tokens.make("bob", "*", "*");
        assertThat(hub.formAt("/events/connection", "connection=" + secret, other)
                        .status())
                .isEqualTo(403);
        String nobody = tokens.make("nobody", null, "*", "*", Permit.NEVER);
        assertThat(hub.formAt("/events/connection", "connection=" + secret, nobody)
                        .status())
                .isEqualTo(403);
        assertThat(hub.formAt("/events/connection", "connection=" + secret).status())
                .isEqualTo(401);
        String fresh = token("u", "a", Duration.ofSeconds(60));
        String wrong = secret.substring(0, secret.length() - 1) + (secret.endsWith("A") ? "B" : "A");
        assertThat(hub.formAt("/events/connection", "connection=" + wrong, fresh)
                        .status())
                .isEqualTo(404);
        assertThat(hub.formAt("/events/connection", "connection=x", fresh).status())
                .isEqualTo(404);
        assertThat(hub.formAt("/events/connection", "", fresh).status()).isEqualTo(400);
        assertThat(hub.formAt("/events/connection", "x".repeat(5_000), fresh).status())
                .isEqualTo(413);
        assertThat(hub.request("GET", "/events/connection").status()).isEqualTo(405);
        pass(Duration.ofSeconds(30));
        assertThat(stream.stream().closed()).isTrue();
    }

    @Test
    void tellsASecretOnlyWhereItIsAskedForAndOfUse() {
        tokens.anonymous = Permit.anonymous(true, true);
        assertThat(hub.eventSource("/events?topic=a", token("t", "a", Duration.ofHours(1))).stream()
                        .text())
                .doesNotContain("connection");
        assertThat(hub.eventSource("/events?topic=a&control=true").stream().text())
                .doesNotContain("connection");
        assertThat(hub
                        .eventSource(
                                "/events?topic=a&control=true", tokens.make("nobody", null, "*", "*", Permit.NEVER))
                        .stream()
                        .text())
                .doesNotContain("connection");
    }

    @Test
    void renewsASocketByACommand() {
        FakeSocket socket = hub.socket("/events?topic=*", token("t", "a b", Duration.ofSeconds(20)))
                .socket();
        assertThat(Tree.object(socket.next())).containsEntry("type", "subscribed");
        token("u", "b", Duration.ofSeconds(90));
        receive(socket, "{\"type\":\"token\",\"token\":\"u\",\"ref\":\"r\"}");
        assertThat(Tree.object(socket.next()))
                .containsEntry("type", "token")
                .containsEntry("ref", "r")
                .containsKey("expires");
        hub.until("the new subscription", () -> hub.hub.stats().lagging() == 0);
        hub.publish(Event.on("a").isPrivate(true).data("gone").build());
        hub.publish(Event.on("b").isPrivate(true).data("kept").build());
        hub.until("an event", socket::hasFrame);
        assertThat(Tree.object(socket.next()).toString()).contains("kept");
        pass(Duration.ofSeconds(60));
        assertThat(socket.closeCode()).isZero();
        drain(socket);
        tokens.make("bob", "*", "*");
        receive(socket, "{\"type\":\"token\",\"token\":\"bob\"}");
        assertThat(Tree.object(socket.next())).containsEntry("type", "error").containsEntry("code", "forbidden");
        receive(socket, "{\"type\":\"token\",\"token\":\"bad\"}");
        assertThat(Tree.object(socket.next())).containsEntry("code", "unauthorized");
        receive(socket, "{\"type\":\"token\"}");
        assertThat(Tree.object(socket.next())).containsEntry("code", "invalid");
        pass(Duration.ofSeconds(30));
        assertThat(socket.closeCode()).isEqualTo(1008);
    }

    private static void drain(FakeSocket socket) {
        while (socket.hasFrame()) {
            Map<String, Object> frame = Tree.object(socket.next());
            assertThat(frame).doesNotContainEntry("type", "error");
        }
    }

    private void receive(FakeSocket socket, String frame) {
        hub.loop.within(() -> socket.receive(frame));
        hub.loop.run();
    }
}

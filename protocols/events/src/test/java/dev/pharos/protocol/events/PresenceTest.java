package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceTest {

    private final Tokens tokens = new Tokens();
    private final Presence presence = new Presence();
    private final TestHub hub = new TestHub(tokens::access, presence);
    private final String admin = tokens.make("admin", "*", "/events/subscriptions /events/subscriptions/{s}");
    private final String ann = tokens.make("ann", "*", "");

    @AfterEach
    void close() {
        hub.close();
        assertThat(presence.size()).isZero();
    }

    @Test
    void tellsWhoReadsWhat() {
        FakeExchange stream = hub.eventSource("/events?topic=news%2F1&topic=b", ann);
        FakeExchange all = hub.get("/events/subscriptions", admin);
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.text())
                .contains("\"id\":\"/events/subscriptions\"")
                .contains("\"selector\":\"news/1\"")
                .contains("\"selector\":\"b\"")
                .contains("\"payload\":{\"who\":\"ann\"}")
                .contains("\"lastEventId\":\"pos:");
        Matcher id = Pattern.compile("\"id\":\"(/events/subscriptions/news%2F1/[^\"]+)\"")
                .matcher(all.text());
        assertThat(id.find()).isTrue();
        String every = tokens.make("every", "", "*");
        assertThat(hub.get("/events/subscriptions/news%2F1", admin).text())
                .contains("news/1")
                .doesNotContain("\"selector\":\"b\"");
        assertThat(hub.get(id.group(1), every).text()).contains("\"active\":true");
        assertThat(hub.get(id.group(1) + "0", every).status()).isEqualTo(404);
        assertThat(hub.get("/events/subscriptions/%zz", every).status()).isEqualTo(400);
        hub.loop.within(stream.stream()::hangUp);
        assertThat(hub.get("/events/subscriptions", admin).text()).contains("\"subscriptions\":[]");
        assertThat(hub.get(id.group(1), every).status()).isEqualTo(404);
    }

    @Test
    void givesALongListInPages() {
        Presence.Member member = presence.member();
        Set<String> selectors = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            String selector = "x".repeat(2_000) + "/" + i;
            selectors.add(selector);
            member.join(List.of(new LiveSubscription(member.subscriber(), "", selector, null)));
        }
        int pages = 0;
        for (String at = "/events/subscriptions"; !at.isEmpty(); pages++) {
            String page = hub.get(at, admin).text();
            assertThat(page.length()).isLessThan(Presence.PAGE_BYTES + 10_000);
            Matcher selector = Pattern.compile("\"selector\":\"([^\"]+)\"").matcher(page);
            while (selector.find()) {
                assertThat(selectors.remove(selector.group(1))).isTrue();
            }
            Matcher next =
                    Pattern.compile("\"more\":true,\"next\":\"([^\"]+)\"").matcher(page);
            at = next.find() ? next.group(1) : "";
        }
        assertThat(selectors).isEmpty();
        assertThat(pages).isEqualTo(2);
        member.leave();
    }

    @Test
    void takesAGrantForThePath() {
        assertThat(hub.get("/events/subscriptions").status()).isEqualTo(401);
        assertThat(hub.get("/events/subscriptions", ann).status()).isEqualTo(403);
        String collection = tokens.make("c", "", "/events/subscriptions");
        assertThat(hub.get("/events/subscriptions", collection).status()).isEqualTo(200);
        assertThat(hub.get("/events/subscriptions/a", collection).status()).isEqualTo(403);
        assertThat(hub.get("/events/subscriptions?x=/events", collection).status())
                .isEqualTo(200);
        assertThat(hub.request("POST", "/events/subscriptions", admin).status()).isEqualTo(405);
    }

    @Test
    void publishesWhoComesAndGoesAsPrivateEvents() {
        FakeExchange watcher = hub.eventSource("/events?topic=/events/subscriptions", admin);
        FakeExchange curious = hub.eventSource("/events?topic=*", ann);
        FakeExchange stream = hub.eventSource("/events?topic=a", ann);
        hub.loop.run();
        assertThat(watcher.stream().text()).contains("event: subscription").contains("\"selector\":\"a\"");
        assertThat(watcher.stream().text()).contains("\"selector\":\"/events/subscriptions\"");
        watcher.stream().take();
        hub.loop.within(stream.stream()::hangUp);
        hub.loop.run();
        assertThat(watcher.stream().text()).contains("\"active\":false").contains("\"selector\":\"a\"");
        assertThat(curious.stream().text()).doesNotContain("subscription");
        hub.loop.within(() -> {
            curious.stream().hangUp();
            watcher.stream().hangUp();
        });
    }

    @Test
    void entersWhatASocketSubscribesTo() {
        FakeSocket socket = hub.socket("/events", ann).socket();
        receive(socket, "{\"type\":\"subscribe\",\"subscription\":\"one\",\"topic\":\"a\"}");
        receive(socket, "{\"type\":\"subscribe\",\"subscription\":\"two\",\"topic\":\"b\"}");
        assertThat(hub.get("/events/subscriptions", admin).text()).contains("\"selector\":\"a\"", "\"selector\":\"b\"");
        assertThat(presence.size()).isEqualTo(1);
        receive(socket, "{\"type\":\"unsubscribe\",\"subscription\":\"one\"}");
        assertThat(hub.get("/events/subscriptions", admin).text()).doesNotContain("\"selector\":\"a\"");
        hub.loop.within(() -> socket.hangUp(1000));
        hub.loop.run();
    }

    @Test
    void letsNobodyPretendThatSomebodyCame() {
        for (String topic : new String[] {"/events/subscriptions", "/events/subscriptions/a/urn:uuid:1"}) {
            assertThat(hub.form("topic=x&topic=" + topic, admin).status()).isEqualTo(400);
            assertThat(hub.json("{\"topic\":\"" + topic + "\"}", admin).status())
                    .isEqualTo(400);
            FakeSocket socket = hub.socket("/events", admin).socket();
            receive(socket, "{\"type\":\"publish\",\"event\":{\"topic\":\"" + topic + "\"}}");
            assertThat(Tree.object(socket.next())).containsEntry("code", "invalid");
            hub.loop.within(() -> socket.hangUp(1000));
        }
        assertThat(hub.form("topic=/events/subscriptionsX", admin).status()).isEqualTo(200);
    }

    @Test
    void isNobodysBusinessUnlessItIsSwitchedOn() {
        try (TestHub without = new TestHub(tokens::access, null)) {
            assertThat(without.get("/events/subscriptions", admin).status()).isEqualTo(404);
        }
    }

    private void receive(FakeSocket socket, String frame) {
        hub.loop.within(() -> socket.receive(frame));
        hub.loop.run();
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Caps;
import dev.pharos.auth.ClientAddresses;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.testkit.fake.FakeSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CapsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Tokens tokens = new Tokens();
    private final String ann = tokens.make("ann", "*", "*");
    private final String bob = tokens.make("bob", "*", "*");

    private TestHub hub(int perSubject, int perAddress, int publishes) {
        tokens.caps = new Caps(
                perSubject, perAddress, publishes, ClientAddresses.behind(List.of("127.0.0.1", "::1")), nanos::get);
        return new TestHub(tokens::access, null);
    }

    @Test
    void boundTheConnectionsOfASubject() {
        try (TestHub hub = hub(2, 0, 0)) {
            FakeExchange one = hub.eventSource("/events?topic=a", ann);
            FakeSocket two = hub.socket("/events", ann).socket();
            for (FakeExchange refused : List.of(
                    hub.eventSource("/events?topic=a", ann),
                    hub.poll("/events?topic=a", ann),
                    hub.socket("/events", ann),
                    hub.query("/events", "topic=a", ann))) {
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.field("Retry-After")).isEqualTo("5");
            }
            assertThat(hub.eventSource("/events?topic=a", bob).status()).isEqualTo(200);
            hub.loop.within(one.stream()::hangUp);
            assertThat(hub.untilAnswered(hub.poll("/events?topic=a&wait=0", ann))
                            .status())
                    .isEqualTo(200);
            assertThat(hub.eventSource("/events?topic=a", ann).status()).isEqualTo(200);
            hub.loop.within(() -> two.hangUp(1000));
            hub.loop.run();
            assertThat(hub.socket("/events", ann).status()).isEqualTo(101);
        }
    }

    @Test
    void boundTheConnectionsOfAnAddressAsATrustedProxyTells() {
        try (TestHub hub = hub(0, 1, 0)) {
            assertThat(hub.eventSource("/events?topic=a", ann, "X-Forwarded-For: 9.9.9.9, 10.0.0.1")
                            .status())
                    .isEqualTo(200);
            assertThat(hub.eventSource("/events?topic=a", bob, "X-Forwarded-For: 10.0.0.1")
                            .status())
                    .isEqualTo(429);
            assertThat(hub.eventSource("/events?topic=a", bob, "Forwarded: for=10.0.0.2;proto=https")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void boundWhatOnePublishesInASecond() {
        try (TestHub hub = hub(0, 0, 3)) {
            for (int i = 0; i < 3; i++) {
                assertThat(hub.form("topic=a", ann).status()).isEqualTo(200);
            }
            FakeExchange refused = hub.form("topic=a", ann);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("Retry-After")).isEqualTo("1");
            assertThat(hub.form("topic=a", bob).status()).isEqualTo(200);
            nanos.addAndGet(700_000_000);
            assertThat(hub.form("topic=a", ann).status()).isEqualTo(200);
            FakeExchange upload = hub.upload(ann);
            nanos.addAndGet(1_000_000_000);
            hub.loop.within(() -> upload.push("{\"topic\":\"a\"}\n".repeat(10)).end());
            hub.loop.run();
            assertThat(upload.status()).isEqualTo(429);
            assertThat(upload.text()).contains("\"accepted\":3");
            FakeSocket socket = hub.socket("/events", ann).socket();
            hub.loop.within(() -> socket.receive("{\"type\":\"publish\",\"event\":{\"topic\":\"a\"}}"));
            assertThat(Tree.object(socket.next())).containsEntry("code", "too-many");
        }
    }
}

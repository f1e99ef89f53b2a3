package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.session.Handshake;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.SessionOptions;
import dev.pharos.session.SessionTable;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.fake.FakeExchange;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What an idle session with a subscription costs, and that abandoned ones leave nothing. */
class GatewayFootprintTest {

    private static final int MANY = 10_000;
    private static final int MOST_BYTES = 6 << 10;

    private final TestHub hub = new TestHub();
    private final Sessions sessions =
            Sessions.builder().scheduler(hub.time).most(MANY).build();
    private final SessionTable<ProtocolSession> table = sessions.table();

    @Test
    void manyIdleSessionsCostLittleAndLeaveNothing() {
        open("warm");
        LongSupplier heap = () -> {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                System.gc();
                least = Math.min(
                        least,
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            return least;
        };
        long before = heap.getAsLong();
        for (int i = 1; i < MANY; i++) {
            open("idle-session-number-" + i);
        }
        hub.loop.run();
        long each = (heap.getAsLong() - before) / MANY;
        System.out.println("an idle session with a subscription takes " + each + " bytes");

        assertThat(sessions.size()).isEqualTo(MANY);
        assertThat(hub.hub.stats().subscriptions()).isEqualTo(MANY);
        assertThat(each).isBetween(100L, (long) MOST_BYTES);

        hub.pass(Duration.ofSeconds(40));
        assertThat(sessions.size()).isZero();
        assertThat(table.size()).isZero();
        assertThat(hub.hub.stats().subscriptions()).isZero();
        hub.close();
    }

    private void open(String id) {
        FakeExchange request = new FakeExchange(
                hub.loop,
                "GET",
                "/chat/000/" + id + "/xhr",
                "Host: push.example.com",
                "Origin: https://www.example.com",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Accept-Language: en-GB,en;q=0.9,de;q=0.8",
                "X-Forwarded-For: 203.0.113.195, 70.41.3.18",
                "X-Forwarded-Proto: https",
                "Cookie: " + "c".repeat(2_000));
        Handshake handshake = Handshake.of(request);
        ProtocolSession session = Objects.requireNonNull(table.add(
                id,
                () -> new ProtocolSession(
                        sessions,
                        id,
                        hub.loop,
                        handshake,
                        SessionOptions.DEFAULT,
                        hub.protocol.gateway().apply(handshake))));
        hub.loop.within(() -> {
            session.open();
            session.receive("{\"type\":\"subscribe\",\"topic\":\"room/" + id + "\"}");
        });
    }
}

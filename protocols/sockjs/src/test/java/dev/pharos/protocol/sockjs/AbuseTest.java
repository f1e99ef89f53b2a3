package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.sockjs.Service.Carrier;
import dev.pharos.session.CloseReason;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile clients lose their own session and disturb nobody. */
@Timeout(120)
class AbuseTest {

    private final Service service = new Service(
            Carrier.NETTY,
            options -> options.withMessageBytes(64 << 10)
                    .withSession(options.session().withBufferBytes(16 << 10)));

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void aBodyThatIsTooLargeEndsTheOneSession() throws Exception {
        String url = service.open("/echo");
        String other = service.open("/echo");
        RawHttp.Answer answer = service.post(url + "/xhr_send", "[\"" + "x".repeat(64 << 10) + "\"]");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(service.post(url + "/xhr", "").text()).startsWith("c[1009,\"");
        assertThat(service.ends).containsExactly(CloseReason.PROTOCOL_ERROR);
        service.post(other + "/xhr_send", "[\"well\"]");
        assertThat(service.post(other + "/xhr", "").text()).isEqualTo("a[\"well\"]\n");
    }

    @Test
    void whoDoesNotReadLosesTheSession() throws Exception {
        String url = service.open("/echo");
        String message = "[\"" + "x".repeat(8 << 10) + "\"]";
        for (int i = 0; i < 3; i++) {
            service.post(url + "/xhr_send", message);
        }
        assertThat(service.post(url + "/xhr_send", message).status()).isEqualTo(404);
        assertThat(service.post(url + "/xhr", "").text()).startsWith("c[1008,\"");
        assertThat(service.ends).containsExactly(CloseReason.OVERFLOW);
    }

    @Test
    void bombsAreRefused() throws Exception {
        String url = service.open("/echo");
        for (String bomb : new String[] {
            "[".repeat(60_000),
            "[" + "\"\",".repeat(20_000) + "\"\"]",
            "[" + "9".repeat(60_000) + "]",
            "{\"a\":".repeat(10_000)
        }) {
            RawHttp.Answer answer = service.post(url + "/xhr_send", bomb);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).contains("Broken JSON encoding.");
        }
        assertThat(service.ends).isEmpty();
    }

    @Test
    void anUnfinishedBodyHoldsNothing() throws Exception {
        String url = service.open("/echo");
        try (RawHttp half = service.connect()) {
            half.request("POST", url + "/xhr_send", "Content-Length: 1000").send("[\"");
            service.post(url + "/xhr_send", "[\"other\"]");
            assertThat(service.post(url + "/xhr", "").text()).isEqualTo("a[\"other\"]\n");
        }
        assertThat(service.ends).isEmpty();
    }

    @Test
    void garbageOfEveryKindDisturbsNobody() throws Exception {
        long seed = System.nanoTime();
        System.out.println("abuse seed " + seed);
        Random random = new Random(seed);
        String[] transports = {
            "xhr", "xhr_streaming", "xhr_send", "eventsource", "htmlfile", "jsonp", "jsonp_send", "websocket", "x"
        };
        String[] methods = {"GET", "POST", "OPTIONS", "PUT", "DELETE"};
        try (RawWebSocket witness = service.socket("/echo")) {
            witness.read();
            for (int round = 0; round < 600; round++) {
                String service1 = random.nextInt(4) == 0 ? "/close" : "/echo";
                String target = service1 + "/0/g" + random.nextInt(5) + "/"
                        + transports[random.nextInt(transports.length)] + (random.nextBoolean() ? "?c=f" : "");
                byte[] body = new byte[random.nextInt(40)];
                random.nextBytes(body);
                if (body.length > 4 && random.nextBoolean()) {
                    byte[] array = "[\"a\"]".getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(array, 0, body, 0, array.length);
                    body[array.length - 1] = random.nextBoolean() ? (byte) ']' : body[2];
                }
                try (RawHttp http = service.connect()) {
                    http.request(
                                    methods[random.nextInt(methods.length)],
                                    target,
                                    "Content-Length: " + body.length,
                                    random.nextBoolean() ? Service.FORM : "Content-Type: text/plain")
                            .send(body);
                    if (random.nextBoolean()) {
                        http.timeout(Duration.ofMillis(20 + random.nextInt(30)));
                        try {
                            assertThat(http.readHead().status()).isIn(200, 204, 400, 404, 405, 500);
                        } catch (SocketTimeoutException waits) {
                            // a poll
                        }
                    }
                }
                if (round % 50 == 0) {
                    witness.text("[\"" + round + "\"]");
                    assertThat(witness.read().text()).isEqualTo("a[\"" + round + "\"]");
                }
            }
        }
        await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(30)).until(() -> {
            service.time.pass(Duration.ofSeconds(6));
            return service.sessions.size() == 0 && service.echo.known() == 0 && service.close.known() == 0;
        });
    }
}

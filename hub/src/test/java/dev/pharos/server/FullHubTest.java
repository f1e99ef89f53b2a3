package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hub whose streams hold all its connections: whoever watches over it learns that it lives, everybody else is turned away. */
@Timeout(120)
class FullHubTest {

    private static final int MOST = 3;

    @Test
    void saysThatItIsAliveWhenStreamsHoldAllItsConnections() throws Exception {
        List<RawHttp> streams = new ArrayList<>();
        try (HubServer hub = HubServer.start(TestOptions.inMemory(
                Map.of("PHAROS_LIMITS_CONNECTIONS", Integer.toString(MOST), "PHAROS_HOSTS", "test")))) {
            int port = hub.address().getPort();
            for (int i = 0; i < MOST; i++) {
                RawHttp stream = RawHttp.connect(port);
                streams.add(stream);
                stream.get("/events?topic=a", "Accept: text/event-stream");
                assertThat(stream.readHead().status()).isEqualTo(200);
            }
            assertThat(whole(port, "GET", "/health/live"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\nlive\n");
            assertThat(whole(port, "HEAD", "/health/live"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-Length: 5\r\n")
                    .endsWith("\r\n\r\n");
            for (String other : List.of("/health/ready", "/events?topic=a")) {
                assertThat(whole(port, "GET", other)).as(other).startsWith("HTTP/1.1 503 ");
            }
            streams.removeLast().close();
            await().untilAsserted(() ->
                    assertThat(whole(port, "GET", "/health/ready")).startsWith("HTTP/1.1 200 "));
            for (RawHttp each : streams) {
                each.close();
            }
        }
    }

    private static String whole(int port, String method, String target) throws IOException {
        try (RawHttp http = RawHttp.connect(port)) {
            http.request(method, target, "Connection: close");
            return new String(http.readToEnd(), StandardCharsets.ISO_8859_1);
        }
    }
}

package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.log.EventLog;
import dev.pharos.log.LogFullException;
import dev.pharos.log.MemoryLog;
import dev.pharos.protocol.events.EventsProtocol;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hub whose log has no space. */
@Timeout(120)
class FullLogTest {

    private static final String REASON = "no space is left in /data: make some and publishing goes on";

    private final AtomicReference<@Nullable String> fault = new AtomicReference<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Hub hub;
    private NettyHost host;

    @BeforeEach
    void start() {
        MemoryLog memory = MemoryLog.ofBytes(1 << 20);
        EventLog log = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    String reason = fault.get();
                    return switch (method.getName()) {
                        case "fault" -> reason;
                        case "append" ->
                            reason == null
                                    ? method.invoke(memory, arguments)
                                    : CompletableFuture.failedFuture(new LogFullException(reason, new IOException()));
                        default -> method.invoke(memory, arguments);
                    };
                });
        hub = Hub.over(log).build();
        EventsProtocol events = EventsProtocol.over(hub);
        host = NettyHost.builder(Routes.builder()
                        .at("/events", events)
                        .at("/health/ready", new Health(hub))
                        .at("/metrics", new Metrics(hub, events.counts(), Map.of()))
                        .build())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
    }

    @AfterEach
    void stop() {
        http.close();
        host.close();
        hub.close();
    }

    @Test
    void isNotReadyAndSaysWhyUntilThereIsSpace() throws Exception {
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body()).contains("# TYPE pharos_log_writable gauge\npharos_log_writable 1\n");

        fault.set(REASON);
        HttpResponse<String> unready = get("/health/ready");
        assertThat(unready.statusCode()).isEqualTo(503);
        assertThat(unready.body().strip()).isEqualTo(REASON);
        assertThat(get("/metrics").body()).contains("\npharos_log_writable 0\n");

        fault.set(null);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body()).contains("\npharos_log_writable 1\n");
    }

    @Test
    void isNotReadyWhileItStops() throws Exception {
        hub.drain();
        fault.set(REASON);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body().strip()).isEqualTo("stopping");
    }

    @Test
    void servesItsHistoryAndTakesEventsAgainWhenThereIsSpace() throws Exception {
        String first = publish("before").body().strip();

        fault.set(REASON);
        HttpResponse<String> refused = publish("refused");
        assertThat(refused.statusCode()).isEqualTo(507);
        assertThat(refused.body()).startsWith(REASON).hasLineCount(1);
        assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9]");
        assertThat(behind("earliest")).contains("before").doesNotContain("refused");

        fault.set(null);
        assertThat(publish("after").statusCode()).isEqualTo(200);
        assertThat(behind(first)).contains("after").doesNotContain("refused");
    }

    private HttpResponse<String> publish(String data) throws Exception {
        return http.send(
                HttpRequest.newBuilder(at("/events"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("topic=a&data=" + data))
                        .build(),
                BodyHandlers.ofString());
    }

    private String behind(String cursor) throws Exception {
        return get("/events?topic=a&lastEventId=" + cursor).body();
    }

    private HttpResponse<String> get(String target) throws Exception {
        return http.send(
                HttpRequest.newBuilder(at(target))
                        .header("Accept", "application/json")
                        .build(),
                BodyHandlers.ofString());
    }

    private URI at(String target) {
        return URI.create("http://127.0.0.1:" + host.port() + target);
    }
}

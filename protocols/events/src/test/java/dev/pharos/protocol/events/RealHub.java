package dev.pharos.protocol.events;

import dev.pharos.host.jdk.JdkHost;
import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Limits;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/** The protocol on a running host of the loopback address. */
final class RealHub implements AutoCloseable {

    /** Which host carries it. */
    enum Carrier {
        JDK,
        NETTY;

        private Host start(Handler handler) {
            return switch (this) {
                case JDK -> JdkHost.builder(handler).start();
                case NETTY -> NettyHost.builder(handler).loops(2).start();
            };
        }
    }

    final Hub hub;
    final EventsProtocol protocol;
    private final Host host;

    RealHub(Carrier carrier) {
        this(carrier, Limits.DEFAULT, EventsOptions.DEFAULT);
    }

    RealHub(Carrier carrier, Limits limits, EventsOptions options) {
        hub = Hub.over(new MemoryLog("r1", MemoryLog.Retention.ofBytes(16 << 20), InstantSource.system()))
                .limits(limits)
                .build();
        protocol = EventsProtocol.over(hub, options);
        host = carrier.start(protocol);
    }

    int port() {
        return host.port();
    }

    RawHttp connect() throws IOException {
        return RawHttp.connect(host.port());
    }

    void publish(String topic, String... data) {
        for (String each : data) {
            hub.publish(List.of(Event.of(topic, each))).toCompletableFuture().join();
        }
    }

    /** Sends a request with a body and reads its answer, on a connection of its own. */
    RawHttp.Answer post(String type, String body, String... lines) throws IOException {
        return post(type, body.getBytes(StandardCharsets.UTF_8), lines);
    }

    RawHttp.Answer post(String type, byte[] body, String... lines) throws IOException {
        try (RawHttp http = connect()) {
            String[] all = new String[lines.length + 2];
            all[0] = "Content-Type: " + type;
            all[1] = "Content-Length: " + body.length;
            System.arraycopy(lines, 0, all, 2, lines.length);
            return http.request("POST", "/events", all).send(body).readAnswer();
        }
    }

    RawHttp.Answer form(String body, String... lines) throws IOException {
        return post("application/x-www-form-urlencoded", body, lines);
    }

    RawHttp.Answer get(String target, String... lines) throws IOException {
        try (RawHttp http = connect()) {
            return http.get(target, lines).readAnswer();
        }
    }

    @Override
    public void close() {
        hub.drain();
        host.close();
        hub.close();
    }
}

package dev.pharos.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.pharos.host.jdk.JdkHost;
import dev.pharos.hub.Hub;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.protocol.events.EventsProtocol;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines of the README's chapter "As a library", as they stand there. */
class LibrarySnippetTest {

    @Test
    @Timeout(120)
    @SuppressWarnings("AddressSelection") // a literal address, which is not looked up
    void addsPushToTheJdksServer() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        Hub hub = Hub.over(MemoryLog.ofBytes(64 << 20)).build();
        server.createContext("/events", JdkHost.handler(EventsProtocol.over(hub)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            hub.publish(List.of(Event.of("news", "Hello, world")));
            URI events = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/events?topic=news&last=1");
            HttpResponse<Stream<String>> stream =
                    client.send(HttpRequest.newBuilder(events).build(), HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = stream.body()) {
                assertThat(lines.filter(line -> line.startsWith("data: ")).findFirst())
                        .contains("data: Hello, world");
            }
            hub.drain().toCompletableFuture().join();
        } finally {
            server.stop(0);
            hub.close();
        }
    }
}

package dev.pharos.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.log.EventLog;
import dev.pharos.log.LogException;
import dev.pharos.log.MemoryLog;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of the Mercure protocol that take a hub which is set up for them; each begins with the id of its check. */
@Timeout(120)
class ConfiguredHubConformanceTest {

    private static final String METADATA = "/.well-known/oauth-protected-resource/mercure";
    private static final String PADDING = "x".repeat(16 << 10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void s18TooManyConnectionsOfAnAddressAre429UntilOneEnds(int draft) throws Exception {
        try (ConfiguredHub server = ConfiguredHub.start(directory, "limits: {connections-per-address: 2}\n");
                Client hub = new Client(server.target(draft))) {
            Reading first = hub.read(hub.select(hub.topic()));
            hub.read(hub.select(hub.topic()));
            refusedForNow(hub.open(hub.select(hub.topic())));
            first.close();
            await().until(() -> hub.getStatus(hub.select(hub.topic())) == 200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void s18TooManyConnectionsOfASubjectAre429AndAnotherSubjectReads(int draft) throws Exception {
        try (ConfiguredHub server = ConfiguredHub.start(directory, "limits: {connections-per-subject: 1}\n");
                Client hub = new Client(server.target(draft))) {
            String ann = bearer(hub.token().subscribe("*").subject("ann"));
            String bob = bearer(hub.token().subscribe("*").subject("bob"));
            hub.read(hub.select(hub.topic()), "Authorization", ann);
            refusedForNow(hub.open(hub.select(hub.topic()), "Authorization", ann));
            hub.read(hub.select(hub.topic()), "Authorization", bob);
            hub.read(hub.select(hub.topic()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void s20AStoreThatRefusesIs503AndAnnouncesNobody(int draft) throws Exception {
        MemoryLog memory = MemoryLog.ofBytes(1 << 20);
        EventLog unreadable = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("find")) {
                        throw new LogException("the disk is broken");
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (ConfiguredHub server = ConfiguredHub.startOver(directory, () -> unreadable);
                Client hub = new Client(server.target(draft))) {
            Reading listener = hub.read(hub.select("*"), "Authorization", "Bearer " + hub.fullToken());
            String refused = hub.topic();
            Reading reading = hub.open(hub.select(refused), "Last-Event-ID", "urn:x");
            assertThat(reading.answer().statusCode()).isEqualTo(503);
            assertThat(reading.header("Retry-After")).matches("[1-9][0-9]*");
            String last = hub.topic();
            hub.publish("topic", hub.topic(), "data", last);
            assertThat(listener.dataUpTo(last)).noneMatch(data -> data.contains(refused));
        }
    }

    @Test
    void a06AKeyCountsForItsOwnIssuerAlone() throws Exception {
        try (ConfiguredHub server = ConfiguredHub.start(directory, "");
                Client hub = new Client(server.target(8))) {
            assertThat(publishes(hub, ConfiguredHub.ISSUER, ConfiguredHub.KEY)).isEqualTo(200);
            assertThat(publishes(hub, ConfiguredHub.OTHER_ISSUER, ConfiguredHub.OTHER_KEY))
                    .isEqualTo(200);
            assertThat(publishes(hub, ConfiguredHub.ISSUER, ConfiguredHub.OTHER_KEY))
                    .isEqualTo(401);
            assertThat(publishes(hub, ConfiguredHub.OTHER_ISSUER, ConfiguredHub.KEY))
                    .isEqualTo(401);
        }
    }

    @Test
    void a06AnIssuerWithoutAKeyForPublishersCannotPublish() throws Exception {
        try (ConfiguredHub server = ConfiguredHub.start(directory, "");
                Client hub = new Client(server.target(8))) {
            assertThat(publishes(hub, ConfiguredHub.READERS_ISSUER, ConfiguredHub.OTHER_KEY))
                    .isIn(401, 403);
            String token = bearer(hub.token()
                    .subscribe("*")
                    .issuer(ConfiguredHub.READERS_ISSUER)
                    .key(ConfiguredHub.OTHER_KEY));
            String topic = hub.topic();
            Reading reading = hub.read(hub.select(topic), "Authorization", token);
            hub.publish("topic", topic, "data", "private", "private", "on");
            assertThat(reading.event().data()).isEqualTo("private");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void a09AStreamEndsInItsTimeAndCanBeContinued(int draft) throws Exception {
        try (ConfiguredHub server = ConfiguredHub.startWithPlaces(directory, "lifetime: 2s");
                Client hub = new Client(server.target(draft))) {
            String topic = hub.topic();
            String id = hub.publish("topic", topic, "data", "before");
            Reading anonymous = hub.read(hub.select(topic));
            Reading granted = hub.read(hub.select(topic), "Authorization", "Bearer " + hub.fullToken());
            assertThat(anonymous.untilEnd(4_000)).isGreaterThan(500);
            granted.untilEnd(4_000);
            hub.publish("topic", topic, "data", "between");
            Reading again = hub.read(hub.select(topic), "Last-Event-ID", id);
            assertThat(again.event().data()).isEqualTo("between");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void r08TheHistoryIsBoundedAndOutlivesARestart(int draft) throws Exception {
        String bounds = "history: {retain-bytes: 1MiB}\n";
        String topic = "https://conformance.example/history";
        List<Integer> kept;
        try (ConfiguredHub server = ConfiguredHub.startOnDisk(directory, bounds);
                Client hub = new Client(server.target(draft))) {
            for (int i = 0; i < 100; i++) {
                hub.publish("topic", topic, "data", i + PADDING);
            }
            kept = history(hub, topic, 99);
            assertThat(kept).hasSizeBetween(1, (1 << 20) / PADDING.length());
        }
        try (ConfiguredHub server = ConfiguredHub.startOnDisk(directory, bounds);
                Client hub = new Client(server.target(draft))) {
            List<Integer> after = history(hub, topic, 99);
            // What is oldest goes a sixteenth of the whole at a time, which a start may make happen.
            assertThat(after).hasSizeGreaterThan(kept.size() * 3 / 4);
            assertThat(after).isEqualTo(kept.subList(kept.size() - after.size(), kept.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void r09WhatWasAcknowledgedOutlivesAKill(int draft) throws Exception {
        Path configuration = ConfiguredHub.write(directory, "data: data\n", "");
        String topic = "https://conformance.example/kill";
        String seen;
        List<String> acknowledged = new ArrayList<>();
        try (KilledHub process = KilledHub.start(configuration);
                Client hub = new Client(process.target(draft))) {
            seen = hub.publish("topic", topic, "data", "seen");
            for (int i = 0; i < 20; i++) {
                hub.publish("topic", topic, "data", "event " + i);
                acknowledged.add("event " + i);
            }
            process.kill();
        }
        try (KilledHub process = KilledHub.start(configuration);
                Client hub = new Client(process.target(draft))) {
            Reading reading = hub.read(hub.select(topic), "Last-Event-ID", seen);
            assertThat(reading.dataUpTo("event 19")).isEqualTo(acknowledged);
            hub.publish("topic", topic, "data", "after");
            assertThat(reading.event().data()).isEqualTo("after");
        }
    }

    @Test
    void d04EachPublicUrlHasItsOwnIdentity() throws Exception {
        try (ConfiguredHub server = ConfiguredHub.start(directory, "");
                Client hub = new Client(server.target(8))) {
            for (String url : List.of(ConfiguredHub.AUDIENCE, ConfiguredHub.OTHER_AUDIENCE)) {
                String site = url.substring(0, url.length() - "/mercure".length());
                String host = site.substring("https://".length());
                assertThat(raw(server, "GET " + METADATA, host))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("\"resource\":\"" + url + "\"");
                assertThat(raw(server, "POST /mercure", host))
                        .startsWith("HTTP/1.1 401 ")
                        .contains("resource_metadata=\"" + site + METADATA + "\"");
                String token =
                        hub.token().publish("*").audience(Token.quoted(url)).sign();
                assertThat(hub.postAs(token, "topic", hub.topic()).statusCode()).isEqualTo(200);
            }
            assertThat(raw(server, "GET " + METADATA, "evil.example")).startsWith("HTTP/1.1 421 ");
            assertThat(raw(server, "GET " + METADATA, "127.0.0.1"))
                    .contains("\"resource\":\"" + ConfiguredHub.AUDIENCE + "\"");
        }
    }

    @Test
    void theMetadataNamesTheIssuersOfTheKeys() throws Exception {
        try (ConfiguredHub server = ConfiguredHub.start(directory, "")) {
            assertThat(raw(server, "GET " + METADATA, "hub.example"))
                    .contains("\"authorization_servers\":[\"" + ConfiguredHub.ISSUER + "\",\""
                            + ConfiguredHub.OTHER_ISSUER + "\",\"" + ConfiguredHub.READERS_ISSUER + "\"]");
        }
    }

    /** The numbers of the events that are kept, without holes. */
    private static List<Integer> history(Client hub, String topic, int last) throws Exception {
        Reading reading = hub.read(hub.select(topic), "Last-Event-ID", "earliest");
        List<Integer> numbers = reading.dataUpTo(last + PADDING).stream()
                .map(data -> Integer.valueOf(data.substring(0, data.length() - PADDING.length())))
                .toList();
        int first = numbers.getFirst();
        assertThat(numbers).isEqualTo(IntStream.rangeClosed(first, last).boxed().toList());
        return numbers;
    }

    private static int publishes(Client hub, String issuer, String key) throws Exception {
        String token = hub.token().publish("*").issuer(issuer).key(key).sign();
        HttpResponse<String> answer = hub.postAs(token, "topic", hub.topic());
        if (answer.statusCode() == 401) {
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("error=\"invalid_token\"");
        }
        return answer.statusCode();
    }

    private static String bearer(Token token) {
        return "Bearer " + token.sign();
    }

    private static void refusedForNow(Reading reading) {
        assertThat(reading.answer().statusCode()).isEqualTo(429);
        assertThat(reading.header("Retry-After")).matches("[1-9][0-9]*");
    }

    /** The whole answer to a request that calls the hub by a name. */
    private static String raw(ConfiguredHub server, String line, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String request = line + " HTTP/1.1\r\nHost: " + host
                    + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

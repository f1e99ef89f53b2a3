package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.auth.jwt.SigningKey;
import dev.pharos.auth.jwt.TokenMint;
import dev.pharos.config.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a hub lets whom do, by its configuration, seen from outside. */
@Timeout(120)
class HubWithKeysTest {

    private static final String OLD = "old 456789abcdef0123456789abcdef";
    private static final String NEW = "new 456789abcdef0123456789abcdef";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private @Nullable HubServer hub;

    @AfterEach
    void stop() {
        client.shutdownNow();
        if (hub != null) {
            hub.close();
        }
    }

    @Test
    void asksForATokenToReadAndToPublish() throws Exception {
        start("");
        assertThat(publish("/events", null, "a")).isEqualTo(401);
        assertThat(publish("/events", "x.y.z", "a")).isEqualTo(401);
        assertThat(publish("/events", token(NEW, "*"), "a")).isEqualTo(401);
        assertThat(publish("/events", token(OLD, "b"), "a")).isEqualTo(403);
        assertThat(publish("/events", token(OLD, "*"), "a")).isEqualTo(200);
        assertThat(poll("/events?topic=a&last=1&wait=0", null).statusCode()).isEqualTo(401);
        assertThat(poll("/events?topic=a&last=1&wait=0", token(OLD, "a")).body())
                .contains("\"data\":\"x\"");
    }

    @Test
    void letsAnybodyReadWhatIsNotPrivateIfTold() throws Exception {
        start("  anonymous: {read: true}\n");
        assertThat(publish("/events", token(OLD, "*"), "a", "private", "on")).isEqualTo(200);
        assertThat(publish("/events", token(OLD, "*"), "a")).isEqualTo(200);
        assertThat(publish("/events", null, "a")).isEqualTo(401);
        String everybody = poll("/events?topic=a&last=9&wait=0", null).body();
        assertThat(everybody.split("\"data\"", -1)).hasSize(2);
        String granted = poll("/events?topic=a&last=9&wait=0", token(OLD, "a")).body();
        assertThat(granted.split("\"data\"", -1)).hasSize(3);
    }

    @Test
    void speaksMercureWithTheSameKeysAndTheirOwnTokensAtEachPlace() throws Exception {
        Files.writeString(directory.resolve("other"), NEW);
        start("""
                    - secret-file: other
                      issuer: https://login.example/
                mercure:
                  - {}
                  - path: /hub
                    draft: 8
                    public-url: https://hub.example/hub
                """);
        String token08 = TokenMint.draft08()
                .issuer("https://login.example/")
                .audience("https://hub.example/hub")
                .subject("ann")
                .clientId("test")
                .id("1")
                .issuedAt(Instant.now())
                .expiresAt(Instant.now().plusSeconds(60))
                .publish("", "*")
                .sign(SigningKey.secret(NEW.getBytes(StandardCharsets.UTF_8)));
        assertThat(publish("/.well-known/mercure", null, "a")).isIn(401, 403);
        assertThat(publish("/.well-known/mercure", token(OLD, "*"), "a")).isEqualTo(200);
        assertThat(publish("/hub", token(OLD, "*"), "a")).isEqualTo(401);
        assertThat(publish("/hub", token(NEW, "*"), "a")).isEqualTo(401);
        assertThat(publish("/hub", token08, "a")).isEqualTo(200);
    }

    @Test
    void takesNoLaxTokenForPlainEventsWhereDraft08AloneIsSpoken() throws Exception {
        start("""
                      issuer: https://login.example/
                mercure:
                  - draft: 8
                    public-url: https://hub.example/hub
                """);
        assertThat(publish("/events", token(OLD, "*"), "a")).isEqualTo(401);
    }

    @Test
    void takesATokenOfAQueryForDraft07Alone() throws Exception {
        start("");
        String query = "?authorization=" + token(OLD, "*");
        assertThat(publish("/.well-known/mercure" + query, null, "a")).isEqualTo(200);
        assertThat(publish("/events" + query, null, "a")).isEqualTo(401);
    }

    @Test
    void trustsAnotherKeyWhileItRunsAndEndsNoStream() throws Exception {
        start("");
        try (InputStream stream = client.send(
                        request("/events?topic=a", token(OLD, "a"))
                                .header("Accept", "text/event-stream")
                                .build(),
                        BodyHandlers.ofInputStream())
                .body()) {
            Files.writeString(directory.resolve("key"), NEW);
            running().reload();
            await().until(() -> publish("/events", token(NEW, "*"), "a") == 200);
            assertThat(publish("/events", token(OLD, "*"), "a")).isEqualTo(401);
            StringBuilder read = new StringBuilder();
            while (read.indexOf("data: x") < 0) {
                int next = stream.read();
                assertThat(next).isNotNegative();
                read.append((char) next);
            }
        }
    }

    @Test
    void tellsWhoReadsPlainEventsIfToldWhateverMercureDoes() throws Exception {
        start("presence: true\n");
        assertThat(poll("/events/subscriptions", token(OLD, "*")).statusCode()).isEqualTo(200);
    }

    @Test
    void tellsNobodyWhoReadsPlainEventsIfToldNotTo() throws Exception {
        start("presence: false\nmercure: [{subscriptions: true}]\n");
        assertThat(poll("/events/subscriptions", token(OLD, "*")).statusCode()).isEqualTo(404);
        assertThat(poll("/.well-known/mercure/subscriptions", token(OLD, "*")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void answersATokenWithoutTheRightAsTheReferenceHubIfTold() throws Exception {
        start("mercure: [{forbidden: 401}]\n");
        assertThat(publish("/.well-known/mercure", token(OLD, "b"), "a")).isEqualTo(401);
    }

    private void start(String more) throws IOException {
        Files.writeString(directory.resolve("key"), OLD + "\n");
        Path file = Files.writeString(
                directory.resolve("pharos.yaml"),
                "memory: true\nlisten: 127.0.0.1:0\nauthorization:\n  keys:\n    - secret-file: key\n" + more);
        Sources sources = Sources.of(Map.of()).withFile(file);
        hub = HubServer.start(ServeOptions.of(sources.read().configuration(), sources, null));
    }

    private HubServer running() {
        if (hub == null) {
            throw new AssertionError("the hub is not running");
        }
        return hub;
    }

    private int publish(String path, @Nullable String token, String topic, String... more) throws Exception {
        String form = "topic=" + topic + "&data=x" + (more.length == 0 ? "" : "&" + more[0] + "=" + more[1]);
        return client.send(
                        request(path, token)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(form))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    private HttpResponse<String> poll(String path, @Nullable String token) throws Exception {
        return client.send(
                request(path, token).header("Accept", "application/json").build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + running().address().getPort() + path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String token(String secret, String topic) {
        return TokenMint.draft07()
                .publish("", topic)
                .subscribe("", topic)
                .subject("ann")
                .sign(SigningKey.secret(secret.getBytes(StandardCharsets.UTF_8)));
    }
}

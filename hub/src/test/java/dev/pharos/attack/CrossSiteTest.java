package dev.pharos.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of another site can do through the browser of somebody who has a cookie of the hub. */
@Timeout(120)
class CrossSiteTest {

    private static final String READ_ONLY = "  anonymous: {read: true}\n";
    private static final String PRIVATE = "for Ann alone";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private AttackedHub hub;

    private final String cookie = "Cookie: JSESSIONID=abc; mercureAuthorization=" + AttackedHub.token();

    @AfterEach
    void stop() {
        hub.close();
    }

    private void start(String authorization, String more) throws IOException {
        hub = AttackedHub.start(directory, authorization, more);
    }

    private RawHttp.Answer post(String target, String body, String... lines) throws IOException {
        return hub.send("POST", target, body, lines);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: http://test.evil.example",
                "Origin: http://evil-test",
                "Origin: null",
                "Referer: https://evil.example/test",
                "Sec-Fetch-Site: cross-site"
            })
    void publishesNothingForIt(String line) throws IOException {
        start("", "");
        String plain = "Content-Type: text/plain";
        String publish = "{\"type\":\"publish\",\"event\":{\"topic\":\"a\"}}";
        assertRefused(post("/events", "topic=a&data=x", AttackedHub.FORM, cookie, line));
        assertRefused(post("/events", "{\"topic\":\"a\"}", plain, cookie, line));
        assertRefused(post("/events", "{\"topic\":\"a\"}\n", "Content-Type: application/x-ndjson", cookie, line));
        assertRefused(post("/events?session=a-session-of-my-own-here", publish, plain, cookie, line));
        assertRefused(post("/events/connection", "connection=x", AttackedHub.FORM, cookie, line));
        assertRefused(post("/.well-known/mercure", "topic=a&data=x", AttackedHub.FORM, cookie, line));
        if (line.startsWith("Origin")) {
            try (RawHttp http = hub.connect()) {
                RawWebSocket.sendHandshake(http, "/events", cookie, line);
                assertThat(http.readHead().status()).isEqualTo(403);
            }
            for (String path : List.of("/sockjs/info", "/socket.io/?EIO=4&transport=polling")) {
                RawHttp.Answer answer = hub.get(path, cookie, line);
                assertThat(answer.status() == 403 || answer.head().get("Access-Control-Allow-Origin") == null)
                        .as(path)
                        .isTrue();
            }
        }
        assertThat(hub.stats().published()).isZero();
    }

    private static void assertRefused(RawHttp.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(400, 415);
        assertThat(answer.head().get("Access-Control-Allow-Origin")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/.well-known/mercure", "/hub"})
    void publishesNothingForItWhereAnybodyMayPublish(String path) throws IOException {
        start("  anonymous: {publish: true}\n  publish-origins: https://app.example\n", "");
        String host = "Host: localhost";
        for (String origin : List.of("https://evil.example", "null")) {
            RawHttp.Answer answer =
                    request("POST", path, "topic=a&data=x", host, AttackedHub.FORM, "Origin: " + origin);
            assertThat(answer.status()).as(origin).isEqualTo(403);
        }
        assertThat(hub.stats().published()).isZero();
        for (String fine : List.of("Origin: http://localhost", "Origin: https://app.example", "X-No: page")) {
            RawHttp.Answer answer = request("POST", path, "topic=a&data=x", host, AttackedHub.FORM, fine);
            assertThat(answer.status()).as(fine).isEqualTo(200);
        }
    }

    @Test
    void publishesForPagesOfItsOwn() throws IOException {
        start("", "");
        for (String line : List.of("Origin: http://test", "Referer: http://test/page")) {
            assertThat(post("/events", "topic=a&data=x", AttackedHub.FORM, cookie, line)
                            .status())
                    .isEqualTo(200);
        }
    }

    /**
     * The stock client of SockJS sends credentials with everything, so that its answers have to name the origin and allow
     * them, also where all origins are allowed. What comes so is served as if it had brought none.
     */
    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://evil.example", "Origin: null"})
    void lendsTheCookieToNoPageOfAnySiteOverSockJs(String origin) throws IOException {
        start(READ_ONLY, "cors: ['*']\n");
        String url = "/sockjs/000/of-a-page-elsewhere";
        String[] host = {"Host: localhost", origin, cookie};
        RawHttp.Answer opened = request("POST", url + "/xhr", "", host);
        assertThat(opened.text()).isEqualTo("o\n");
        assertThat(opened.head().get("Access-Control-Allow-Origin")).isEqualTo(origin.substring(8));
        assertThat(opened.head().get("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(opened.head().get("Vary")).contains("Origin");
        assertThat(opened.head().get("Cache-Control")).contains("no-store");
        assertThat(opened.head().get("Set-Cookie")).isNull();

        send(url, "{\\\"type\\\":\\\"subscribe\\\",\\\"topic\\\":\\\"*\\\"}", host);
        assertThat(request("POST", url + "/xhr", "", host).text()).contains("subscribed");
        send(url, "{\\\"type\\\":\\\"publish\\\",\\\"event\\\":{\\\"topic\\\":\\\"a\\\"}}", host);
        assertThat(request("POST", url + "/xhr", "", host).text()).contains("unauthorized");
        publishBoth();
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf("the end") < 0) {
            seen.append(request("POST", url + "/xhr", "", host).text());
        }
        assertThat(seen.toString()).doesNotContain(PRIVATE);
        assertThat(hub.stats().published()).isEqualTo(2);
    }

    private void publishBoth() throws IOException {
        String token = AttackedHub.bearer(AttackedHub.token());
        for (String form : List.of("topic=a&private=on&data=" + PRIVATE.replace(' ', '+'), "topic=a&data=the+end")) {
            assertThat(request("POST", "/events", form, "Host: localhost", AttackedHub.FORM, token)
                            .status())
                    .isEqualTo(200);
        }
    }

    private void send(String url, String message, String... lines) throws IOException {
        assertThat(request("POST", url + "/xhr_send", "[\"" + message + "\"]", lines)
                        .status())
                .isEqualTo(204);
    }

    /** A request that names the hub as its line says. */
    private RawHttp.Answer request(String method, String target, String body, String... lines) throws IOException {
        try (RawHttp http = hub.connect()) {
            return http.send(method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", lines)
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .readAnswer();
        }
    }

    @Test
    void lendsTheCookieToNoPageOfAnySiteAtPlainEvents() throws IOException {
        start("", "cors: ['*']\n");
        String origin = "Origin: https://evil.example";
        RawHttp.Answer poll = hub.get("/events?topic=a&wait=0", "Accept: application/json", cookie, origin);
        assertThat(poll.head().get("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(poll.head().get("Access-Control-Allow-Credentials")).isNull(); // so that no browser shows it
        assertThat(post("/events", "topic=a&data=x", AttackedHub.FORM, cookie, origin)
                        .status())
                .isBetween(400, 403);
        try (RawHttp http = hub.connect()) {
            RawWebSocket.sendHandshake(http, "/events?topic=a", cookie, origin);
            assertThat(http.readHead().status()).isBetween(400, 403);
        }
        assertThat(hub.stats().published()).isZero();
    }

    /** By its own name that it points at the hub, a page of the Internet is one of the hub's own origin. */
    @ParameterizedTest
    @ValueSource(strings = {"Host: evil.example", "Host: evil.example:7070", "Host: test"})
    void answersNoPageThatGivesItAName(String host) throws IOException {
        start(READ_ONLY, "");
        String json = "Accept: application/json";
        for (String path : List.of(
                "/events?topic=a&wait=0", "/.well-known/mercure?topic=a", "/sockjs/info", "/socket.io/?EIO=4", "/")) {
            assertThat(request("GET", path, "", host, json).status()).as(path).isEqualTo(421);
        }
        for (String own : List.of("127.0.0.1:" + hub.port(), "localhost", "hub.example", "app.localhost:1")) {
            assertThat(request("GET", "/events?topic=a&wait=0", "", "Host: " + own, json)
                            .status())
                    .as(own)
                    .isEqualTo(200);
        }
    }

    @Test
    void answersToTheNamesItWasTold() throws IOException {
        start("", "hosts: [push.example, 'other.example:8443']\n");
        String token = AttackedHub.bearer(AttackedHub.token());
        String json = "Accept: application/json";
        String poll = "/events?topic=a&wait=0";
        for (String host : List.of("push.example", "push.example:8080", "other.example:8443", "localhost")) {
            assertThat(request("GET", poll, "", "Host: " + host, json, token).status())
                    .as(host)
                    .isEqualTo(200);
        }
        for (String host : List.of("evil.example", "other.example", "push.example.evil.example")) {
            assertThat(request("GET", poll, "", "Host: " + host, json, token).status())
                    .as(host)
                    .isEqualTo(421);
        }
    }

    @Test
    void takesAnyNameBehindAProxyAndWhereATokenIsNeededForEverything() throws IOException {
        String host = "Host: hub.of-the-proxy.example";
        start(READ_ONLY, "trusted-proxies: 127.0.0.1\n");
        assertThat(request("GET", "/events?topic=a&wait=0", "", host, "Accept: application/json")
                        .status())
                .isEqualTo(200);
        hub.close();
        start("", "");
        assertThat(request("GET", "/events?topic=a&wait=0", "", host, "Accept: application/json")
                        .status())
                .isEqualTo(401);
    }
}

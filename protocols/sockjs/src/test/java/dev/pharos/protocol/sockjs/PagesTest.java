package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.sockjs.Service.Carrier;
import dev.pharos.testkit.RawHttp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What belongs to no session, and the header fields, over each host. */
class PagesTest {

    private static final String NOT_CACHED = "no-store, no-cache, no-transform, must-revalidate, max-age=0";
    private static final Pattern ENTROPY = Pattern.compile("\"entropy\":(\\d+)}");

    @ParameterizedTest
    @EnumSource
    void greets(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            for (String path : new String[] {"/echo", "/echo/"}) {
                RawHttp.Answer answer = service.get(path);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.head().get("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
                assertThat(answer.text()).isEqualTo("Welcome to SockJS!\n");
            }
            for (String path : new String[] {"/echo/a", "/echo//", "/echo///", "/echo/a/a", "/echo/a/a/"}) {
                assertThat(service.get(path).status()).as(path).isEqualTo(404);
            }
            assertThat(service.post("/echo", "").status()).isEqualTo(405);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFramePageIsKeptByBrowsers(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier, options -> options.withClientUrl("/client.js"))) {
            RawHttp.Answer page = service.get("/echo/iframe-1.6.1.html?t=1");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.head().get("Content-Type")).isEqualTo("text/html; charset=UTF-8");
            assertThat(page.head().get("Cache-Control")).isEqualTo("public, max-age=31536000");
            assertThat(page.head().get("Expires")).endsWith("GMT");
            assertThat(page.text()).contains("<script src=\"/client.js\"></script>", "SockJS.bootstrap_iframe();");

            String tag = page.head().get("ETag");
            RawHttp.Answer again = service.get("/echo/iframe.html", "If-None-Match: " + tag);
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.head().get("Content-Type")).isNull();
            assertThat(again.body()).isEmpty();
            assertThat(service.get("/echo/iframe.html", "If-None-Match: \"other\"")
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatItCanDo(Carrier carrier) throws Exception {
        try (Service service =
                new Service(carrier, options -> options.withWebSocket(false).withCookie(true))) {
            Set<String> numbers = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                RawHttp.Answer info = service.get("/echo/info", "Origin: http://app.example");
                assertThat(info.head().get("Content-Type")).isEqualTo("application/json; charset=UTF-8");
                assertThat(info.head().get("Cache-Control")).isEqualTo(NOT_CACHED);
                assertThat(info.head().get("Access-Control-Allow-Origin")).isEqualTo("http://app.example");
                assertThat(info.head().get("Set-Cookie")).isNull();
                assertThat(info.text())
                        .startsWith("{\"websocket\":false,\"origins\":[\"*:*\"],\"cookie_needed\":true,\"entropy\":");
                Matcher entropy = ENTROPY.matcher(info.text());
                assertThat(entropy.find()).isTrue();
                assertThat(Long.parseLong(entropy.group(1))).isBetween(0L, 0xFFFF_FFFFL);
                numbers.add(entropy.group(1));
            }
            assertThat(numbers).hasSize(4);
            assertThat(service.get("/echo/websocket").status()).isEqualTo(404);
            assertThat(service.get("/echo/0/s/websocket").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource
    void promisesAWebSocketWhereTheHostHasOne(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            assertThat(service.get("/echo/info").text())
                    .startsWith("{\"websocket\":" + (carrier == Carrier.NETTY) + ",\"origins\":");
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersPreflights(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            for (String path : List.of("info", "0/a/xhr", "0/a/xhr_send", "0/a/xhr_streaming")) {
                for (String origin : List.of("http://app.example", "null")) {
                    RawHttp.Answer answer = service.answer(
                            "OPTIONS",
                            "/echo/" + path,
                            "",
                            "Origin: " + origin,
                            "Access-Control-Request-Headers: a, b");
                    assertThat(answer.status()).isEqualTo(204);
                    RawHttp.Head head = answer.head();
                    assertThat(head.get("Access-Control-Allow-Origin")).isEqualTo(origin);
                    assertThat(head.get("Access-Control-Allow-Credentials")).isEqualTo("true");
                    assertThat(head.get("Access-Control-Allow-Headers")).isEqualTo("a, b");
                    assertThat(head.get("Access-Control-Allow-Methods"))
                            .isEqualTo(path.equals("info") ? "OPTIONS, GET" : "OPTIONS, POST");
                    assertThat(head.get("Access-Control-Max-Age")).isEqualTo("31536000");
                    assertThat(head.get("Cache-Control")).isEqualTo("public, max-age=31536000");
                    assertThat(head.get("Expires")).endsWith("GMT");
                }
            }
            RawHttp.Answer bare = service.answer("OPTIONS", "/echo/0/a/xhr", "");
            assertThat(bare.head().get("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(bare.head().get("Access-Control-Allow-Headers")).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherMethodsAreRefused(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            RawHttp.Answer get = service.get("/echo/0/a/xhr");
            assertThat(get.status()).isEqualTo(405);
            assertThat(get.head().get("Allow")).isEqualTo("OPTIONS, POST");
            assertThat(get.head().get("Content-Type")).isNull();
            assertThat(get.body()).isEmpty();
            RawHttp.Answer post = service.post("/echo/0/a/websocket", "", "Upgrade: websocket", "Connection: Upgrade");
            assertThat(post.status()).isEqualTo(405);
            assertThat(post.head().get("Allow")).isEqualTo("GET");
            assertThat(service.get("/echo/0/a/websocket").status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void setsTheCookieThatLoadBalancersGoBy(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier, options -> options.withCookie(true))) {
            assertThat(service.post("/echo/0/c1/xhr", "").head().get("Set-Cookie"))
                    .isEqualTo("JSESSIONID=dummy; path=/");
            assertThat(service.post("/echo/0/c2/xhr", "", "Cookie: a=b; JSESSIONID=abcdef")
                            .head()
                            .get("Set-Cookie"))
                    .isEqualTo("JSESSIONID=abcdef; path=/");
            assertThat(service.get("/echo/0/c3/jsonp?c=f").head().get("Set-Cookie"))
                    .isEqualTo("JSESSIONID=dummy; path=/");
            try (RawHttp stream = service.begin("GET", "/echo/0/c4/eventsource")) {
                assertThat(stream.readHead().get("Set-Cookie")).isEqualTo("JSESSIONID=dummy; path=/");
            }
        }
    }

    /** With all origins allowed a page of any site has the cookie sent, which says nothing and opens nothing. */
    @ParameterizedTest
    @EnumSource
    void theCookieIsNoKeyForPagesOfAnySite(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier, options -> options.withCookie(true))) {
            String url = service.open("/echo");
            String[] lines = {"Origin: https://evil.example", "Cookie: JSESSIONID=abcdef"};
            RawHttp.Answer other = service.post(Service.session("/echo") + "/xhr", "", lines);
            assertThat(other.text()).as("a session of its own").isEqualTo("o\n");
            RawHttp.Head head = other.head();
            assertThat(head.get("Access-Control-Allow-Origin")).isEqualTo("https://evil.example");
            assertThat(head.get("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(head.get("Vary")).contains("Origin");
            assertThat(head.get("Cache-Control")).isEqualTo(NOT_CACHED);
            assertThat(head.all("Set-Cookie")).containsExactly("JSESSIONID=abcdef; path=/");
            assertThat(service.post("/echo/000/unknown/xhr_send", "[\"a\"]", lines)
                            .status())
                    .isEqualTo(404);
            for (String value : List.of("a\tb", "é", "x".repeat(129), "a b")) {
                assertThat(service.post(url + "/xhr_send", "[\"a\"]", "Cookie: JSESSIONID=" + value)
                                .head()
                                .get("Set-Cookie"))
                        .as(value)
                        .isEqualTo("JSESSIONID=dummy; path=/");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesOfForeignSitesGetNothing(Carrier carrier) throws Exception {
        try (Service service =
                new Service(carrier, options -> options.withAllowedOrigins(List.of("https://app.example")))) {
            String foreign = "Origin: https://evil.example";
            String url = service.open("/echo");
            assertThat(service.get("/echo/info", foreign).status()).isEqualTo(403);
            assertThat(service.post(url + "/xhr", "", foreign).status()).isEqualTo(403);
            assertThat(service.post(url + "/xhr_send", "[\"a\"]", foreign).status())
                    .isEqualTo(403);
            assertThat(service.post(url + "/jsonp_send", "d=[\"a\"]", Service.FORM, foreign)
                            .status())
                    .isEqualTo(403);
            RawHttp.Answer socket = service.get(
                    "/echo/0/x/websocket",
                    foreign,
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            assertThat(socket.status()).isEqualTo(403);

            assertThat(service.post(url + "/xhr_send", "[\"a\"]", "Origin: https://APP.example")
                            .status())
                    .isEqualTo(204);
            assertThat(service.post(url + "/xhr", "", "Origin: http://test").text())
                    .isEqualTo("a[\"a\"]\n");
            // Within a frame of our own, a foreign page would act as one of ours.
            String ancestors = "frame-ancestors 'self' https://app.example";
            assertThat(service.get("/echo/iframe.html").head().get("Content-Security-Policy"))
                    .isEqualTo(ancestors);
            assertThat(service.begin("GET", Service.session("/echo") + "/htmlfile?c=f")
                            .readHead()
                            .get("Content-Security-Policy"))
                    .isEqualTo(ancestors);
        }
    }
}

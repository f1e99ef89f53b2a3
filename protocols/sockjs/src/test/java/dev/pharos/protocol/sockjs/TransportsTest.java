package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.http.Encoded;
import dev.pharos.protocol.sockjs.Service.Carrier;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Session;
import dev.pharos.testkit.RawHttp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions over requests and answers, on each host. */
class TransportsTest {

    private static final String SCRIPT = "application/javascript; charset=UTF-8";
    private static final String STILL_OPEN = "c[2010,\"Another connection still open\"]\n";
    private static final String GO_AWAY = "c[3000,\"Go away!\"]\n";

    @ParameterizedTest
    @EnumSource
    void xhrPolling(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            RawHttp.Answer open = service.post(url + "/xhr", "", "Origin: http://test");
            assertThat(open.text()).isEqualTo("o\n");
            assertThat(open.head().get("Content-Type")).isEqualTo(SCRIPT);
            RawHttp.Answer sent = service.post(url + "/xhr_send", "[\"x\",\"é\"]");
            assertThat(sent.status()).isEqualTo(204);
            assertThat(sent.head().get("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
            assertThat(service.post(url + "/xhr_send", "[]").status()).isEqualTo(204);
            assertThat(service.post(url + "/xhr_send", "[\"y\"]").status()).isEqualTo(204);
            // The first segment is the load balancer's.
            assertThat(service.post(url.replace("/000/", "/999/") + "/xhr", "").text())
                    .isEqualTo("a[\"x\",\"é\",\"y\"]\n");

            try (RawHttp waiting = service.begin("POST", url + "/xhr")) {
                assertThat(waiting.silentFor(Duration.ofMillis(200))).isTrue();
                assertThat(service.post(url + "/xhr_send", "[\"z\"]").status()).isEqualTo(204);
                assertThat(waiting.readAnswer().text()).isEqualTo("a[\"z\"]\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void xhrStreaming(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            try (RawHttp stream = service.begin("POST", url + "/xhr_streaming")) {
                assertThat(stream.readHead().get("Content-Type")).isEqualTo(SCRIPT);
                assertThat(stream.readChunksLike("h".repeat(2048) + "\no\n")).endsWith("h\no\n");
                service.post(url + "/xhr_send", "[\"x\"]");
                assertThat(stream.readChunksLike("a[\"x\"]\n")).isEqualTo("a[\"x\"]\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eventSource(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            try (RawHttp stream = service.begin("GET", url + "/eventsource")) {
                assertThat(stream.readHead().get("Content-Type")).isEqualTo("text/event-stream");
                assertThat(stream.readChunksLike("\r\ndata: o\r\n\r\n")).isEqualTo("\r\ndata: o\r\n\r\n");
                service.post(url + "/xhr_send", "[\"  \\u0000\\n\\r \"]");
                String event = "data: a[\"  \\u0000\\n\\r \"]\r\n\r\n";
                assertThat(stream.readChunksLike(event)).isEqualTo(event);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void htmlFile(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            try (RawHttp stream = service.begin("GET", url + "/htmlfile?c=%63allback")) {
                RawHttp.Head head = stream.readHead();
                assertThat(head.get("Content-Type")).isEqualTo("text/html; charset=UTF-8");
                assertThat(head.get("X-Content-Type-Options")).isEqualTo("nosniff");
                String open = "<script>\np(\"o\");\n</script>\r\n";
                String page = new String(stream.readChunks(1024 + open.length()), StandardCharsets.UTF_8);
                assertThat(page)
                        .startsWith("<!doctype html>")
                        .contains("var c = parent.callback;\n")
                        .endsWith(open);
                service.post(url + "/xhr_send", "[\"</script>\"]");
                String message = "<script>\np(\"a[\\\"\\u003c/script>\\\"]\");\n</script>\r\n";
                assertThat(stream.readChunksLike(message)).isEqualTo(message);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void jsonpPolling(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            RawHttp.Answer open = service.get(url + "/jsonp?c=%63all.back-_1");
            assertThat(open.text()).isEqualTo("/**/call.back-_1(\"o\");\r\n");
            assertThat(open.head().get("Content-Type")).isEqualTo(SCRIPT);
            assertThat(open.head().get("X-Content-Type-Options")).isEqualTo("nosniff");
            RawHttp.Answer sent = service.post(url + "/jsonp_send", "d=%5B%22x%22%5D", Service.FORM);
            assertThat(sent.status()).isEqualTo(200);
            assertThat(sent.text()).isEqualTo("ok");
            assertThat(service.post(url + "/jsonp_send", "[\"%61bc\"]", "Content-Type: text/plain")
                            .text())
                    .isEqualTo("ok");
            assertThat(service.get(url + "/jsonp?callback=x").text())
                    .isEqualTo("/**/x(\"a[\\\"x\\\",\\\"%61bc\\\"]\");\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void callbacksAreNamesAlone(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            for (String transport : List.of("jsonp", "htmlfile")) {
                RawHttp.Answer none = service.get("/echo/a/a/" + transport);
                assertThat(none.status()).isEqualTo(500);
                assertThat(none.text()).contains("\"callback\" parameter required");
                for (String name : List.of("%20", "*", "abc(", "abc%28", "%FF", "a".repeat(200))) {
                    RawHttp.Answer bad = service.get("/echo/a/a/" + transport + "?c=" + name);
                    assertThat(bad.status()).as(name).isEqualTo(500);
                    assertThat(bad.text()).contains("invalid \"callback\" parameter");
                }
            }
            assertThat(service.opened).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void wrongPayloadsAreRefusedAndTheSessionGoesOn(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = service.open("/echo");
            for (String transport : List.of("/xhr_send", "/jsonp_send")) {
                assertThat(service.post(url + transport, "[\"x").status()).isEqualTo(500);
                assertThat(service.post(url + transport, "[\"x").text()).contains("Broken JSON encoding.");
                assertThat(service.post(url + transport, "").text()).contains("Payload expected.");
            }
            for (String form : List.of("d=", "p=p", "")) {
                RawHttp.Answer answer = service.post(url + "/jsonp_send", form, Service.FORM);
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.text()).contains("Payload expected.");
            }
            assertThat(service.post(url + "/jsonp_send", "d=%5B%22x%2", Service.FORM)
                            .text())
                    .contains("Broken JSON encoding.");
            service.post(url + "/xhr_send", "[\"a\"]", "Content-Type: application/xml");
            assertThat(service.post(url + "/xhr", "").text()).isEqualTo("a[\"a\"]\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownSessionsGetNoMessages(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            assertThat(service.post("/echo/0/unknown/xhr_send", "[\"a\"]").status())
                    .isEqualTo(404);
            assertThat(service.post("/echo/0/unknown/jsonp_send", "[\"a\"]").status())
                    .isEqualTo(404);
            String url = service.open("/close");
            assertThat(service.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndIsToldToEveryoneWhoAsks(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = service.open("/close");
            assertThat(service.post(url + "/xhr", "").text()).isEqualTo(GO_AWAY);
            assertThat(service.post(url + "/xhr", "").text()).isEqualTo(GO_AWAY);
            assertThat(service.get(url + "/jsonp?c=x").text()).isEqualTo("/**/x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
            await().untilAsserted(() -> assertThat(service.ends).containsExactly(CloseReason.SERVER));

            String other = Service.session("/close");
            for (int i = 0; i < 2; i++) {
                String stream = service.post(other + "/xhr_streaming", "").text();
                assertThat(stream).endsWith("h\n" + (i == 0 ? "o\n" : "") + GO_AWAY);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondReaderIsSentAwayAndTheFirstStays(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            try (RawHttp first = service.begin("POST", url + "/xhr_streaming")) {
                first.readHead();
                first.readChunks(2051);
                assertThat(service.post(url + "/xhr", "").text()).isEqualTo(STILL_OPEN);
                assertThat(service.post(url + "/xhr_streaming", "").text()).endsWith("h\n" + STILL_OPEN);
                service.post(url + "/xhr_send", "[\"x\"]");
                assertThat(first.readChunksLike("a[\"x\"]\n")).isEqualTo("a[\"x\"]\n");
            }
            String polled = service.open("/echo");
            try (RawHttp first = service.begin("POST", polled + "/xhr")) {
                Session session = service.opened.stream().skip(1).findFirst().orElseThrow();
                await().until(session::ready);
                assertThat(service.post(polled + "/xhr", "").text()).isEqualTo(STILL_OPEN);
                service.post(polled + "/xhr_send", "[\"y\"]");
                assertThat(first.readAnswer().text()).isEqualTo("a[\"y\"]\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/xhr", "/xhr_streaming"})
    void aBrokenConnectionEndsItsSession(String transport) throws Exception {
        try (Service service = new Service(Carrier.NETTY)) {
            String url = service.open("/echo");
            Session session = service.opened.element();
            RawHttp reader = service.begin("POST", url + transport);
            await().until(session::ready);
            reader.close();
            await().untilAsserted(() -> assertThat(service.ends).containsExactly(CloseReason.TRANSPORT));
            assertThat(service.post(url + "/xhr", "").text()).isEqualTo("c[1002,\"Connection interrupted\"]\n");
            assertThat(service.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamEndsAtItsLimitAndTheSessionGoesOn(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            try (RawHttp stream = service.begin("POST", url + "/xhr_streaming")) {
                RawHttp.Head head = stream.readHead();
                String message = "[\"" + "x".repeat(128) + "\"]";
                for (int i = 0; i < 31; i++) {
                    assertThat(service.post(url + "/xhr_send", message).status())
                            .isEqualTo(204);
                }
                assertThat(stream.readBody(head)).hasSize(2049 + 2 + 31 * (message.length() + 2));
            }
            service.post(url + "/xhr_send", "[\"next\"]");
            assertThat(service.post(url + "/xhr", "").text()).isEqualTo("a[\"next\"]\n");
            assertThat(service.ends).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesASignOfLifeInSilence(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            String url = Service.session("/echo");
            try (RawHttp stream = service.begin("POST", url + "/xhr_streaming")) {
                stream.readHead();
                stream.readChunks(2051);
                service.time.pass(Duration.ofSeconds(26));
                assertThat(stream.readChunksLike("h\n")).isEqualTo("h\n");
            }
            String polled = service.open("/echo");
            Session session = service.opened.stream().skip(1).findFirst().orElseThrow();
            try (RawHttp poll = service.begin("POST", polled + "/xhr")) {
                await().until(session::ready);
                service.time.pass(Duration.ofSeconds(26));
                assertThat(poll.readAnswer().text()).isEqualTo("h\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingStaysOfAbandonedSessions(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier)) {
            for (int i = 0; i < 50; i++) {
                String url = service.open("/echo");
                service.post(url + "/xhr_send", "[\"x\"]");
            }
            assertThat(service.sessions.size()).isEqualTo(50);
            assertThat(service.echo.counts().polls()).isEqualTo(50);
            service.time.pass(Duration.ofSeconds(4));
            assertThat(service.ends).isEmpty();
            service.time.pass(Duration.ofSeconds(2));
            await().untilAsserted(() -> assertThat(service.ends).hasSize(50).containsOnly(CloseReason.IDLE));
            assertThat(service.sessions.size()).isZero();
            assertThat(service.echo.counts().polls()).isZero();

            // Their ids are free again when nobody is to be told any more.
            await().pollDelay(Duration.ZERO).until(() -> {
                service.time.pass(Duration.ofSeconds(6));
                return service.echo.known() == 0;
            });
        }
    }

    @Test
    void messagesForManySessionsAreFramedOnce() throws Exception {
        try (Service service = new Service(Carrier.NETTY)) {
            Encoded run = Encoded.join(List.of(Encoded.of("a"), Encoded.of("b")));
            String first = service.open("/echo");
            String second = service.open("/echo");
            for (Session session : service.opened) {
                session.loop().execute(() -> session.send(run));
            }
            await().until(() -> service.opened.stream().allMatch(session -> session.buffered() == 2));
            assertThat(service.post(first + "/xhr", "").text()).isEqualTo("a[\"a\",\"b\"]\n");
            assertThat(service.post(second + "/xhr", "").text()).isEqualTo("a[\"a\",\"b\"]\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void http10HasNoChunks(Carrier carrier) throws Exception {
        try (Service service = new Service(carrier);
                RawHttp old = service.connect()) {
            old.send("POST " + Service.session("/close")
                    + "/xhr_streaming HTTP/1.0\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
            RawHttp.Head head = old.readHead();
            assertThat(head.get("Transfer-Encoding")).isNull();
            assertThat(head.get("Content-Length")).isNull();
            assertThat(new String(old.readToEnd(), StandardCharsets.UTF_8)).endsWith("h\no\n" + GO_AWAY);
        }
    }
}

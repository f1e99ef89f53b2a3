package dev.pharos.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that would be something else where it comes out: header fields, fields of a stream, other lists of topics. */
@Timeout(120)
class InjectionTest {

    private static final List<String> BREAKS =
            List.of("\r\n", "\n", "\r", "\r\n\r\n", "\u0000", "\u2028", "\u0085", "\r\n ");
    private static final String TOKEN = AttackedHub.bearer(AttackedHub.token());
    private static final String ORIGIN = "Origin: http://test";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private AttackedHub hub;

    @BeforeEach
    void start() throws IOException {
        hub = AttackedHub.start(directory, "");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static void assertWhole(RawHttp.Head head, String as) {
        assertThat(head.get("X-Injected")).as(as).isNull();
        assertThat(head.get("Set-Cookie")).as(as).isNull();
        // The suite of SockJS wants this of a callback that is none.
        assertThat(head.status()).as(as).isLessThanOrEqualTo(as.contains("/jsonp?") ? 500 : 499);
    }

    @Test
    void nothingInARequestSplitsTheHeadOfItsAnswer() throws IOException {
        for (String end : BREAKS) {
            String evil = encoded("x" + end + "X-Injected: yes" + end + "Set-Cookie: a=b" + end);
            for (String target : List.of(
                    "/events?topic=a&wait=0&lastEventId=" + evil,
                    "/events?topic=a&wait=0&callback=" + evil,
                    "/events?topic=" + evil + "&wait=0&last=1",
                    "/events?session=" + evil,
                    "/events/" + evil,
                    "/.well-known/mercure?topic=a&lastEventID=" + evil,
                    "/.well-known/mercure?topic=a&authorization=" + evil,
                    "/.well-known/mercure/subscriptions/" + evil,
                    "/hub?match=a&last_event_id=" + evil,
                    "/sockjs/000/" + evil + "/jsonp?c=" + evil,
                    "/sockjs/iframe" + evil + ".html",
                    "/socket.io/?EIO=4&transport=polling&sid=" + evil,
                    "/" + evil)) {
                try (RawHttp http = hub.connect()) {
                    http.get(target, ORIGIN, TOKEN);
                    assertWhole(http.readHead(), target);
                }
            }
            for (String field : List.of("id", "type", "topic", "key", "retry")) {
                String form = (field.equals("topic") ? "" : "topic=a&") + field + "=" + evil;
                for (String path : List.of("/events", "/.well-known/mercure")) {
                    assertWhole(
                            hub.send("POST", path, form, AttackedHub.FORM, TOKEN)
                                    .head(),
                            path + " " + form);
                }
            }
        }
    }

    @Test
    void aBareLineEndInAFieldIsNoRequest() throws IOException {
        for (String value : List.of(
                "pos:a.1\nX-Injected: yes", "pos:a.1\rX-Injected: yes", "pos:a.1\r\n X-Injected: yes", "a\u0000b")) {
            try (RawHttp http = hub.connect()) {
                http.get("/events?topic=a", "Last-Event-ID: " + value, TOKEN);
                RawHttp.Head head = http.readHead();
                assertThat(head.status()).as(value).isEqualTo(400);
                assertThat(head.get("X-Injected")).isNull();
            }
        }
        for (String preflight : List.of("a\u0001b", "a, b\u007F")) {
            try (RawHttp http = hub.connect()) {
                http.request("OPTIONS", "/sockjs/000/s/xhr", ORIGIN, "Access-Control-Request-Headers: " + preflight);
                assertThat(http.readHead().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void nothingInAnEventForgesFieldsOfAStream() throws IOException {
        try (RawHttp http = hub.connect()) {
            http.get("/events?topic=a", "Accept: text/event-stream", TOKEN).readHead();
            for (String end : List.of("\r\n", "\n", "\r", "\r\n\r\n")) {
                String forged = "x" + end + "id: forged" + end + "event: forged" + end + "retry: 1" + end + ": forged";
                hub.publish("topic", "a", "data", forged);
                for (String field : List.of("id", "type")) {
                    String form = "topic=a&" + field + "=" + encoded(forged);
                    assertThat(hub.send("POST", "/events", form, AttackedHub.FORM, TOKEN)
                                    .status())
                            .isEqualTo(400);
                }
            }
            hub.publish("topic", "a", "data", "the end");
            StringBuilder read = new StringBuilder();
            while (read.indexOf("the end") < 0) {
                read.append(new String(http.readChunks(1), UTF_8));
            }
            assertThat(read.toString().split("[\r\n]+"))
                    .contains("data: id: forged", "data: : forged")
                    .doesNotContain("id: forged", "event: forged", "retry: 1", ": forged");
        }
    }

    /** Lists of topics that would be the same text if they were joined by something. */
    @ParameterizedTest
    @ValueSource(
            strings = {",", ", ", ";", " ", "|", "&", "\n", "\r\n", "\t", "\u0000", "\u001F", "/", "\",\"", "&topic="})
    void listsThatLookTheSameJoinedAreNotTakenForEachOther(String separator) throws IOException {
        List<List<String>> lists = new ArrayList<>(List.of(
                List.of("a" + separator + "b", "end"),
                List.of("a", "b", "end"),
                List.of("b", "a", "end"),
                List.of("a" + separator + "b" + separator + "end", "end"),
                List.of("a", "b" + separator + "end", "end")));
        List<RawHttp> readers = new ArrayList<>();
        try {
            for (List<String> topics : lists) {
                // What it may see is as easily mistaken as what it asks for.
                String grants = topics.stream().map(InjectionTest::json).collect(Collectors.joining(","));
                String token = Forge.hs256(
                        "{\"alg\":\"HS256\"}", "{\"mercure\":{\"subscribe\":[" + grants + "]}}", AttackedHub.SECRET);
                String query =
                        topics.stream().map(topic -> "topic=" + encoded(topic)).collect(Collectors.joining("&"));
                RawHttp http = hub.connect();
                readers.add(http);
                http.get("/events?" + query, "Accept: text/event-stream", AttackedHub.bearer(token));
                RawHttp.Head head = http.readHead();
                assertThat(head.status()).isEqualTo(200);
            }
            List<String> topics = lists.stream()
                    .flatMap(List::stream)
                    .distinct()
                    .filter(t -> !t.equals("end"))
                    .toList();
            for (int i = 0; i < topics.size(); i++) {
                for (String isPrivate : List.of("off", "on")) {
                    hub.publish("topic", topics.get(i), "data", "<" + i + " " + isPrivate + ">", "private", isPrivate);
                }
            }
            hub.publish("topic", "end", "data", "<the end>");
            for (int reader = 0; reader < lists.size(); reader++) {
                List<String> own = lists.get(reader);
                StringBuilder read = new StringBuilder();
                while (read.indexOf("<the end>") < 0) {
                    read.append(new String(readers.get(reader).readChunks(1), UTF_8));
                }
                List<String> expected = topics.stream()
                        .filter(own::contains)
                        .flatMap(topic -> Stream.of("off", "on").map(p -> "<" + topics.indexOf(topic) + " " + p + ">"))
                        .toList();
                List<String> got = read.toString()
                        .lines()
                        .filter(line -> line.startsWith("data: ") && !line.contains("the end"))
                        .map(line -> line.substring(6))
                        .toList();
                assertThat(got).as("of %s", own).isEqualTo(expected);
            }
        } finally {
            for (RawHttp each : readers) {
                each.close();
            }
        }
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            json.append(c < 0x20 || c == '"' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return json.append('"').toString();
    }

    @Test
    void tenThousandSelectorsAreTooManyHoweverTheyCome() throws IOException {
        String many = "topic=t" + "&topic=t".repeat(9_999);
        String matches = many.replace("topic", "match");
        for (String way : List.of("GET /events?", "GET /.well-known/mercure?")) {
            String[] words = way.split(" ", -1);
            assertThat(hub.send(words[0], words[1] + many, "", TOKEN).status())
                    .as(way)
                    .isEqualTo(414);
        }
        assertThat(hub.send("QUERY", "/events", many, AttackedHub.FORM, TOKEN).status())
                .isEqualTo(400);
        assertThat(hub.send("QUERY", "/events?" + many.substring(0, 8_000), many, AttackedHub.FORM, TOKEN)
                        .status())
                .isEqualTo(400);
        assertThat(hub.send("QUERY", "/hub", matches, AttackedHub.FORM).status())
                .isEqualTo(401);
        String list = "\"t\"" + ",\"t\"".repeat(9_999);
        try (RawHttp http = hub.connect()) {
            RawWebSocket socket = RawWebSocket.open(http, "/events", TOKEN);
            socket.text("{\"type\":\"subscribe\",\"topics\":[" + list + "]}");
            assertThat(socket.readMessage().text()).contains("\"code\":\"invalid\"");
        }
        String granted = "{\"mercure\":{\"subscribe\":[" + list + "]}}";
        String token = Forge.hs256("{\"alg\":\"HS256\"}", granted, AttackedHub.SECRET);
        assertThat(hub.get("/events?topic=a", AttackedHub.bearer(token)).status())
                .isEqualTo(431);
        assertThat(hub.stats().subscriptions()).isZero();
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.hub.Limits;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.LogFullException;
import dev.pharos.testkit.fake.FakeExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishTest {

    private static final Filter ALL = Selectors.of("*");

    private TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void takesAsManyTopicsAndSelectorsInABodyAsAreAllowed() {
        hub.close();
        hub = new TestHub(new Limits(5_000, 4096, 5_000, 4096, 1 << 20, 100, 1_000));
        StringBuilder most = new StringBuilder("topic=0");
        for (int i = 1; i < 5_000; i++) {
            most.append("&topic=").append(i);
        }
        FakeExchange reader = hub.query("/events", most.toString());
        assertThat(hub.form(most + "&data=all").status()).isEqualTo(200);
        hub.until("the event", () -> reader.stream().text().contains("data: all"));
        assertThat(newest().topics()).hasSize(5_000);
        assertThat(hub.form(most + "&topic=over").status()).isEqualTo(400);
        assertThat(hub.query("/events", most + "&topic=over").status()).isEqualTo(400);
    }

    private Event newest() {
        List<Entry> entries = hub.hub
                .log()
                .read(0, ALL, new EventLog.Bounds(Long.MAX_VALUE, 1 << 30))
                .entries();
        return entries.getLast().event();
    }

    private void refused(FakeExchange answer, int status, String... words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.text()).contains(words).hasLineCount(1);
        assertThat(answer.field("Content-Type")).startsWith("text/plain");
        assertThat(hub.hub.log().end()).isZero();
    }

    // forms

    @Test
    void takesAForm() {
        FakeExchange answer = hub.form("topic=a&topic=b+c&data=1%0A2&id=x%C3%A9&type=t&retry=7&key=k");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Type")).startsWith("text/plain");
        assertThat(answer.text()).isEqualTo("xé");
        assertThat(newest()).isEqualTo(new Event("xé", List.of("a", "b c"), "t", "1\n2", "k", false, 7, null));
    }

    @Test
    void givesAnIdToAnEventWithoutOne() {
        assertThat(hub.form("topic=a").text()).isEqualTo(TestHub.cursor(1));
        assertThat(newest()).isEqualTo(Event.of("a", ""));
    }

    @Test
    void takesWhatAnHtmlFormLeavesEmptyAsLeftOut() {
        assertThat(hub.form("topic=a&data=&id=&type=&retry=&key=").text()).isEqualTo(TestHub.cursor(1));
        assertThat(newest()).isEqualTo(Event.of("a", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded; charset=UTF-8",
                "Application/X-WWW-Form-Urlencoded ;charset=utf-8",
            })
    void takesAFormOfAnySpelling(String type) {
        assertThat(hub.post(type, "topic=a").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "private, true",
        "private=, true",
        "private=on, true",
        "private=true, true",
        "private=1, true",
        "private=false, false",
        "private=off, false",
        "private=0, false"
    })
    void readsPrivateAsPeopleMeanIt(String field, boolean isPrivate) {
        FakeExchange answer = hub.form("topic=a&data=d&" + field);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(hub.hub.stats().undeliverable()).isEqualTo(isPrivate ? 1 : 0);
        if (isPrivate) {
            assertThat(answer.field("Pharos-Notice")).contains("private").contains("nobody");
        } else {
            assertThat(answer.field("Pharos-Notice")).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data=x | 'topic' | at least one",
                "topic=&data=x | 'topic' | empty",
                "topic=a&id=pos:e1.5 | 'id' | 'pos:'",
                "topic=a&id=pos: | 'id' | 'pos:'",
                "topic=a&id=earliest | 'id' | 'earliest'",
                "topic=a&id=x%0Ay | 'id' | U+000A",
                "topic=a&id=x%0Dy | 'id' | U+000D",
                "topic=a&id=x%00y | 'id' | U+0000",
                "topic=a&id=x%07y | 'id' | U+0007",
                "topic=a&id=%20x | 'id' | space",
                "topic=a&id=x+ | 'id' | space",
                "topic=a&type=pharos | 'type' | 'pharos'",
                "topic=a&type=x%0Adata:+forged | 'type' | U+000A",
                "topic=a&type=x%0D | 'type' | U+000D",
                "topic=a&type=%00 | 'type' | U+0000",
                "topic=a&retry=soon | 'retry' | 'soon'",
                "topic=a&retry=-1 | 'retry' | '-1'",
                "topic=a&retry=2147483648 | 'retry' | 2147483647",
                "topic=a&retry=99999999999999999999 | 'retry' | 2147483647",
                "topic=a&private=maybe | 'private' | 'maybe'",
                "topic=a&data=%C3 | 'data' | UTF-8",
                "topic=a&data=%ED%A0%80 | 'data' | UTF-8", // a lone surrogate
                "topic=a&data=100% | 'data' | escape",
                "topic=a%FF | 'topic' | UTF-8",
            })
    void namesWhatIsWrongWithAForm(String form, String parameter, String detail) {
        refused(hub.form(form), 400, parameter, detail);
    }

    @Test
    void refusesBrokenUtf8InAForm() {
        refused(
                hub.post("application/x-www-form-urlencoded", new byte[] {'t', 'o', 'p', 'i', 'c', '=', (byte) 0xC3, '('
                }),
                400,
                "'topic'",
                "UTF-8");
    }

    @Test
    void boundsTopics() {
        refused(hub.form("topic=a" + "&topic=a".repeat(100)), 400, "'topic'", "100");
        refused(hub.form("topic=" + "x".repeat(4097)), 400, "'topic'", "4097", "4096");
        refused(hub.form("topic=a&id=" + "x".repeat(4097)), 400, "'id'", "4097", "4096");
        refused(hub.form("topic=a&type=" + "x".repeat(4097)), 400, "'type'", "4097", "4096");
        refused(hub.form("topic=a&key=" + "x".repeat(4097)), 400, "'key'", "4097", "4096");
        refused(hub.form("topic=a" + "&x=1".repeat(1000)), 400, "'x'", "1000");

        assertThat(hub.form("topic=" + "x".repeat(4096) + "&topic=a".repeat(99)).status())
                .isEqualTo(200);
    }

    @Test
    void boundsTheBody() {
        assertThat(hub.form("topic=a&data=" + "x".repeat((1 << 20) - 13)).status())
                .isEqualTo(200);
        assertThat(newest().data()).hasSize((1 << 20) - 13);

        FakeExchange declared = hub.form("topic=a&data=" + "x".repeat((1 << 20) - 12));
        assertThat(declared.status()).isEqualTo(413);
        assertThat(declared.text()).contains("1048576").hasLineCount(1);
        assertThat(declared.isRead()).isFalse();

        FakeExchange chunked = new FakeExchange(
                        hub.loop, "POST", "/events", "Content-Type: application/x-www-form-urlencoded")
                .bodyLength(-1);
        hub.handle(chunked);
        byte[] piece = new byte[64 << 10];
        for (int i = 0; i < 16; i++) {
            chunked.push(piece);
            assertThat(chunked.answered()).isFalse();
        }
        chunked.push("x");
        assertThat(chunked.status()).isEqualTo(413);
        chunked.push(piece).end();
    }

    // JSON

    @Test
    void takesAnEventInJson() {
        FakeExchange answer = hub.json(
                "{\"topic\":\"a\",\"topics\":[\"b\",\"c\"],\"data\":\"x\\n😀\\u0000\",\"id\":\"i\","
                        + "\"type\":\"t\",\"key\":\"k\",\"retry\":7,\"private\":false,\"time\":12,\"unknown\":{\"x\":[1,{}]}}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.field("Content-Type")).isEqualTo("application/json");
        assertThat(Tree.object(answer.text()))
                .containsEntry("accepted", 1L)
                .containsEntry("first", "i")
                .containsEntry("last", "i")
                .hasSize(3);
        assertThat(newest()).isEqualTo(new Event("i", List.of("a", "b", "c"), "t", "x\n😀\u0000", "k", false, 7, null));
    }

    @Test
    void takesNullAsLeftOut() {
        assertThat(hub.json("{\"topic\":\"a\",\"id\":null,\"type\":null,\"retry\":null,\"private\":null}")
                        .status())
                .isEqualTo(200);
        assertThat(newest()).isEqualTo(Event.of("a", ""));
    }

    @Test
    void takesItsOwnShapeBack() {
        hub.publish(Event.on("a").topic("b").type("t").key("k").data("d").build());
        FakeExchange poll = hub.untilAnswered(hub.poll("/events?topic=a&lastEventId=earliest"));
        String shape = poll.text().replaceFirst("^.*\"events\":\\[", "").replaceFirst("\\],\"lastEventId\".*\\n$", "");

        FakeExchange forged = hub.json(shape);
        assertThat(forged.status()).isEqualTo(400); // the id is the hub's
        assertThat(hub.json(shape.replaceFirst("\"id\":\"[^\"]*\",", "")).status())
                .isEqualTo(200);
        assertThat(newest())
                .isEqualTo(Event.on("a").topic("b").type("t").key("k").data("d").build());
    }

    @Test
    void skipsAByteOrderMark() {
        assertThat(hub.json("\uFEFF{\"topic\":\"a\"}").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | JSON object | nothing",
                "[] | JSON object | an array",
                "\"x\" | JSON object | 'x'",
                "null | JSON object | 'null'",
                "{} | 'topic' | at least one",
                "{\"topic\":\"a\" | malformed JSON | column",
                "{\"topic\":\"a\",} | malformed JSON | column",
                "{\"topic\":\"a\"}{} | more follows | one JSON object",
                "{\"topic\":\"a\",\"topic\":\"b\"} | malformed JSON | topic",
                "{\"topic\":[\"a\"]} | 'topic' | an array",
                "{\"topics\":\"a\"} | 'topics' | 'a'",
                "{\"topics\":[\"a\",1]} | 'topics' | '1'",
                "{\"topics\":[\"a\",null]} | 'topics' | 'null'",
                "{\"topics\":[]} | 'topic' | at least one",
                "{\"topic\":\"\"} | 'topic' | empty",
                "{\"topic\":\"a\",\"data\":{}} | 'data' | an object",
                "{\"topic\":\"a\",\"data\":5} | 'data' | '5'",
                "{\"topic\":\"a\",\"retry\":\"5\"} | 'retry' | '5'",
                "{\"topic\":\"a\",\"retry\":-5} | 'retry' | '-5'",
                "{\"topic\":\"a\",\"retry\":5.0} | 'retry' | '5.0'",
                "{\"topic\":\"a\",\"retry\":2147483648} | 'retry' | 2147483647",
                "{\"topic\":\"a\",\"retry\":1e400} | 'retry' | 1e400",
                "{\"topic\":\"a\",\"private\":\"yes\"} | 'private' | 'yes'",
                "{\"topic\":\"a\",\"id\":\"\"} | 'id' | empty",
                "{\"topic\":\"a\",\"id\":\"pos:e1.1\"} | 'id' | 'pos:'",
                "{\"topic\":\"a\",\"id\":\"x\\ny\"} | 'id' | U+000A",
                "{\"topic\":\"a\",\"type\":\"x\\u0000\"} | 'type' | U+0000",
                "{\"topic\":\"a\",\"data\":\"\\ud800\"} | 'data' | U+D800",
                "{\"topic\":\"\\udc00\"} | 'topic' | U+DC00",
                "{\"topic\":\"a\",\"key\":\"x\\ud83d\"} | 'key' | U+D83D",
                "{\"topic\":\"a\",\"retry\":\"\\ud800\"} | 'retry' | number",
            })
    void namesWhatIsWrongWithJson(String json, String parameter, String detail) {
        refused(hub.json(json), 400, parameter, detail);
    }

    @Test
    void refusesDeepNesting() {
        refused(hub.json("{\"topic\":\"a\",\"x\":" + "[".repeat(100_000)), 400, "malformed JSON", "32");
    }

    @Test
    void refusesBrokenUtf8InJson() {
        byte[] body = "{\"topic\":\"a\",\"data\":\"?\"}".getBytes(StandardCharsets.US_ASCII);
        body[body.length - 3] = (byte) 0xFF;

        refused(hub.post("application/json", body), 400, "UTF-8");
    }

    // idempotency keys

    @Test
    void publishesOnceWhatComesTwiceWithAKey() {
        String first = hub.form("topic=a&data=x", "Idempotency-Key: k1").text();
        hub.form("topic=a&data=between");

        assertThat(hub.form("topic=a&data=x", "Idempotency-Key: k1").text()).isEqualTo(first);
        assertThat(hub.form("data=x&topic=a", "idempotency-key: \"k1\"").text()).isEqualTo(first);
        assertThat(Tree.object(hub.json("{\"topic\":\"a\",\"data\":\"x\"}", "Idempotency-Key: k1")
                        .text()))
                .isEqualTo(Map.of("accepted", 1L, "first", first, "last", first));
        assertThat(hub.hub.log().end()).isEqualTo(2);
        assertThat(hub.form("topic=a&data=x", "Idempotency-Key: k2").text()).isEqualTo(TestHub.cursor(3));
        assertThat(hub.form("topic=a&data=x").text()).isEqualTo(TestHub.cursor(4));
    }

    @Test
    void showsReadersNoKey() {
        hub.form("topic=a&data=x", "Idempotency-Key: secret");

        assertThat(newest().idempotencyKey()).isEqualTo("secret");
        FakeExchange poll = hub.untilAnswered(hub.poll("/events?topic=a&lastEventId=earliest"));
        assertThat(poll.text()).contains("\"x\"").doesNotContain("secret");
    }

    @Test
    void refusesAKeyForAnotherContent() {
        hub.form("topic=a&data=x", "Idempotency-Key: k1");

        FakeExchange answer = hub.form("topic=a&data=y", "Idempotency-Key: k1");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text())
                .contains("'Idempotency-Key'", "'k1'", "another content")
                .hasLineCount(1);
        assertThat(answer.field("Retry-After")).isNull();
        assertThat(hub.json("{\"topic\":\"b\",\"data\":\"x\"}", "Idempotency-Key: k1")
                        .status())
                .isEqualTo(422);
        assertThat(hub.hub.log().end()).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "k | k",
                "\"k\" | k",
                "\"a\\\"b\\\\c\" | a\"b\\c",
                "a\"b | a\"b",
                "8e03978e-40d5-43dd-bc93-6894a57f9324 | 8e03978e-40d5-43dd-bc93-6894a57f9324",
            })
    void takesAKeyBareOrQuoted(String value, String key) {
        assertThat(hub.form("topic=a", "Idempotency-Key: " + value).status()).isEqualTo(200);
        assertThat(newest().idempotencyKey()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "\"a b\"",
                "é",
                "\"\"",
                "\"",
                "\"k",
                "\"k\\",
                "\"k\\\"",
                "\"k\\n\"",
                "\"k\"x",
                "\"k\";p"
            })
    void refusesAKeyThatIsNone(String value) {
        refused(hub.form("topic=a", "Idempotency-Key: " + value), 400, "'Idempotency-Key'");
        FakeExchange lines = hub.upload("Idempotency-Key: " + value);
        refused(lines, 400, "'Idempotency-Key'");
        assertThat(lines.isRead()).isFalse();
    }

    @Test
    void boundsAKey() {
        refused(hub.form("topic=a", "Idempotency-Key: " + "k".repeat(201)), 400, "'Idempotency-Key'", "200", "201");
        refused(hub.form("topic=a", "Idempotency-Key: k", "Idempotency-Key: k"), 400, "'Idempotency-Key'", "more than");
        assertThat(hub.form("topic=a", "Idempotency-Key: \"" + "k".repeat(200) + "\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void saysThatTheLogIsFull() {
        hub.close();
        SlowLog[] slow = new SlowLog[1];
        hub = new TestHub(log -> slow[0] = new SlowLog(log));
        for (boolean dependent : new boolean[] {false, true}) {
            FakeExchange answer = hub.form("topic=a");
            RuntimeException full = new LogFullException("no space is left in /data", new IOException());
            slow[0].fail(dependent ? new CompletionException(full) : full);
            hub.loop.run();

            assertThat(answer.status()).isEqualTo(507);
            assertThat(answer.field("Retry-After")).matches("[1-9]");
            assertThat(answer.text()).startsWith("no space is left in /data;").hasLineCount(1);
        }
        FakeExchange other = hub.form("topic=a");
        slow[0].fail();
        hub.loop.run();
        assertThat(other.status()).isEqualTo(503);
        assertThat(other.text()).contains("the disk is gone");
    }

    // the rest

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "multipart/form-data; boundary=x", "application/jsonl", "nonsense", ""})
    void refusesOtherTypes(String type) {
        FakeExchange answer = hub.post(type, "topic=a");

        refused(answer, 415, "'Content-Type'", "application/x-ndjson", "'" + type + "'");
        assertThat(answer.isRead()).isFalse();
    }

    @Test
    void refusesNoType() {
        refused(hub.request("POST", "/events"), 415, "'Content-Type'", "none");
    }

    @Test
    void saysThatTheHubIsStopping() {
        hub.hub.drain();

        FakeExchange answer = hub.form("topic=a");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("Retry-After")).matches("[1-9]");
    }

    @Test
    void bodiesThatAreNotCompleteHaveBoundedMemoryTogether() {
        List<FakeExchange> slow = new ArrayList<>();
        byte[] most = new byte[1 << 20];
        for (int i = 0; i < 8; i++) {
            slow.add(openForm().push(most));
        }
        assertThat(slow).noneMatch(FakeExchange::answered);

        FakeExchange refused = openForm().push(most);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).isNotNull();
        refused.push(most).end();
        slow.removeFirst().abortBody();
        slow.removeFirst().push("x"); // more than a body may have
        assertThat(hub.form("topic=a").status()).isEqualTo(200);
        slow.forEach(FakeExchange::end);
        assertThat(hub.uploads.held()).isZero();
    }

    private FakeExchange openForm() {
        return hub.handle(
                new FakeExchange(hub.loop, "POST", "/events", "Content-Type: application/x-www-form-urlencoded")
                        .bodyLength(-1));
    }

    @Test
    void takesNothingOfABodyThatBroke() {
        FakeExchange broken = new FakeExchange(
                        hub.loop, "POST", "/events", "Content-Type: application/x-www-form-urlencoded")
                .bodyLength(100);
        hub.handle(broken);
        hub.loop.within(() -> broken.push("topic=a&data=unfini").abortBody());

        assertThat(broken.answered()).isFalse();
        assertThat(hub.hub.log().end()).isZero();
    }
}

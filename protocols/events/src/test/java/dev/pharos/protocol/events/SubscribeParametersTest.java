package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.Limits;
import dev.pharos.testkit.ManualLoop;
import dev.pharos.testkit.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscribeParametersTest {

    private static SubscribeParameters of(String query, String... lines) {
        return SubscribeParameters.of(
                new FakeExchange(new ManualLoop(), "GET", "/events?" + query, lines), Limits.DEFAULT);
    }

    @Test
    void hasDefaults() {
        SubscribeParameters plain = of("topic=a");

        assertThat(plain.selectors().texts()).containsExactly("a");
        assertThat(plain.mode()).isEqualTo(DeliveryMode.ALL);
        assertThat(plain.start().cursor()).isNull();
        assertThat(plain.start().last()).isZero();
        assertThat(plain.envelope()).isFalse();
        assertThat(plain.control()).isFalse();
        assertThat(plain.cursorBlocks()).isFalse();
        assertThat(plain.waitSeconds()).isEqualTo(25);
    }

    @Test
    void takesEveryTopic() {
        assertThat(of("topic=b&topic=a&topic=%2F%7Bx%7D&topic=a").selectors().texts())
                .containsExactlyInAnyOrder("a", "b", "/{x}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lastEventId", "lastEventID", "Last-Event-ID", "last_event_id"})
    void takesTheCursorByEachName(String name) {
        assertThat(of("topic=a&" + name + "=x").start().cursor()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        // A native EventSource repeats its URL; what is last in a query was added last.
        "lastEventId=1&last_event_id=2, 2",
        "last_event_id=2&lastEventId=1, 1",
        "Last-Event-ID=1&lastEventID=2&lastEventId=3&lastEventId=4, 4",
        "lastEventId=1&lastEventId=, ''",
        "lasteventid=1, ",
    })
    void takesTheLastCursorOfTheQuery(String query, String cursor) {
        assertThat(of("topic=a&" + query).start().cursor()).isEqualTo(cursor);
    }

    @Test
    void theHeaderBeatsTheQuery() {
        assertThat(of("topic=a&lastEventId=old", "Last-Event-ID: new").start().cursor())
                .isEqualTo("new");
        assertThat(of("topic=a", "last-event-id: new").start().cursor()).isEqualTo("new");
    }

    @Test
    void anEmptyHeaderLeavesItToTheQuery() {
        assertThat(of("topic=a&lastEventId=earliest", "Last-Event-ID:").start().cursor())
                .isEqualTo("earliest");
        assertThat(of("topic=a", "Last-Event-ID:").start().cursor()).isEmpty();
    }

    @Test
    void readsAHeaderThatABrowserSentInUtf8() {
        String asHostsReadIt = new String("é-日本".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(of("topic=a", "Last-Event-ID: " + asHostsReadIt).start().cursor())
                .isEqualTo("é-日本");
        assertThat(of("topic=a", "Last-Event-ID: caf\u00e9").start().cursor()).isEqualTo("café");
    }

    @ParameterizedTest
    @CsvSource({"all, ALL", "latest, LATEST", "latest-by-key, LATEST_BY_KEY"})
    void takesEachMode(String word, DeliveryMode mode) {
        assertThat(of("topic=a&deliver=" + word).mode()).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-cache | true",
                "max-age=0, no-cache | true",
                "No-Cache | true",
                "max-age=0 | false",
            })
    void aStandardReaderSaysNoCache(String field, boolean blocks) {
        assertThat(of("topic=a", "Cache-Control: " + field).cursorBlocks()).isEqualTo(blocks);
    }

    @Test
    void theParameterCursorBeatsTheGuess() {
        assertThat(of("topic=a&cursor=true").cursorBlocks()).isTrue();
        assertThat(of("topic=a&cursor=false", "Cache-Control: no-cache").cursorBlocks())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=10 | 10",
                "respond-async, wait=10 | 10",
                "wait=10;foo=bar | 10",
                "WAIT = \"7\" | 7",
                "wait=0 | 0",
                "wait=600 | 60", // a preference is a wish, not an order
                "wait=soon | 25",
                "waiting=3 | 25",
            })
    void takesTheWaitThatIsPreferred(String field, int seconds) {
        assertThat(of("topic=a", "Prefer: " + field).waitSeconds()).isEqualTo(seconds);
    }

    @Test
    void theParameterWaitBeatsThePreference() {
        assertThat(of("topic=a&wait=3", "Prefer: wait=10").waitSeconds()).isEqualTo(3);
        assertThat(of("topic=a&wait=0").waitSeconds()).isZero();
        assertThat(of("topic=a&wait=60").waitSeconds()).isEqualTo(60);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic=a&wait=61 | wait | 60 | 61",
                "topic=a&wait= | wait | 60 | ''",
                "topic=a&wait=-1 | wait | 60 | -1",
                "topic=a&last=10001 | last | 10000 | 10001",
                "topic=a&last=99999999999999999999 | last | 10000 | 99999999999999999999",
                "topic=a&last=x | last | 10000 | x",
                "topic=a&deliver=newest | deliver | latest-by-key | newest",
                "topic=a&envelope=xml | envelope | json | xml",
                "topic=a&control=1 | control | true | 1",
                "topic=a&cursor=yes | cursor | false | yes",
                "x=y | topic | missing | topic",
                "topic= | topic | empty | topic",
            })
    void namesParameterLimitAndValueOfABadOne(String query, String parameter, String limit, String value) {
        assertThatThrownBy(() -> of(query))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'" + parameter + "'")
                .hasMessageContaining(limit)
                .hasMessageContaining(value);
    }

    @Test
    void boundsSelectors() {
        String hundred = "topic=" + "a".repeat(4096) + "&topic=a".repeat(99);
        assertThat(of(hundred).selectors().texts()).hasSize(2);

        assertThatThrownBy(() -> of(hundred + "&topic=a"))
                .hasMessageContaining("'topic'")
                .hasMessageContaining("101")
                .hasMessageContaining("100");
        assertThatThrownBy(() -> of("topic=" + "a".repeat(4097)))
                .hasMessageContaining("'topic'")
                .hasMessageContaining("4097")
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> of("topic=" + "%F0%9F%98%80".repeat(1025))).hasMessageContaining("4100");
    }

    @Test
    void boundsTheCursor() {
        assertThatThrownBy(() -> of("topic=a&lastEventId=" + "x".repeat(4097)))
                .hasMessageContaining("'lastEventId'")
                .hasMessageContaining("4097")
                .hasMessageContaining("4096");
    }

    @Test
    void boundsTheNumberOfParameters() {
        assertThatThrownBy(() -> of("topic=a" + "&x=1".repeat(1000)))
                .hasMessageContaining("'x'")
                .hasMessageContaining("1000");
    }

    @Test
    void showsALongValueShortenedButNotWithinACharacter() {
        assertThat(SubscribeParameters.shown("x".repeat(64))).isEqualTo("x".repeat(64));
        assertThat(SubscribeParameters.shown("x".repeat(65))).isEqualTo("x".repeat(64) + "…");
        assertThat(SubscribeParameters.shown("x".repeat(63) + "😀")).isEqualTo("x".repeat(63) + "…");
    }
}

package dev.pharos.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    @Test
    void dispatchesTheExamplesOfTheStandard() {
        assertThat(Recording.of("data: YHOO\ndata: +2\ndata: 10\n\n"))
                .containsExactly("event [message] [YHOO\n+2\n10] []");
        assertThat(Recording.of(
                        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"))
                .containsExactly(
                        "comment [ test stream]",
                        "event [message] [first event] [1]",
                        "event [message] [second event] []");
        assertThat(Recording.of("data\n\ndata\ndata\n\ndata:\n"))
                .containsExactly("event [message] [] []", "event [message] [\n] []");
        assertThat(Recording.of("data:test\n\ndata: test\n\n"))
                .containsExactly("event [message] [test] []", "event [message] [test] []");
    }

    @Test
    void knowsTypesAndForgetsThem() {
        assertThat(Recording.of("""
                        event: add
                        data: 1

                        data: 2

                        event: x

                        data: 3

                        event: a
                        event: b
                        data: 4

                        event: a
                        event
                        data: 5

                        Event: x
                        data: 6

                        """))
                .containsExactly(
                        "event [add] [1] []",
                        "event [message] [2] []",
                        "event [message] [3] []",
                        "event [b] [4] []",
                        "event [message] [5] []",
                        "event [message] [6] []");
    }

    @Test
    void keepsTheLastEventIdUntilItMoves() {
        assertThat(Recording.of("id: 1\ndata: a\n\ndata: b\n\nid: 2\n\nid: 2\n\ndata: c\n\nid\ndata: d\n\n"))
                .containsExactly(
                        "event [message] [a] [1]",
                        "event [message] [b] [1]",
                        "id [2]",
                        "event [message] [c] [2]",
                        "event [message] [d] []");
    }

    @Test
    void movesTheIdOnlyWhenTheBlockEnds() {
        Recording recording = new Recording();
        SseParser parser = new SseParser(recording, 100, 100);
        feed(parser, "id: 1\n");
        assertThat(parser.lastEventId()).isEmpty();
        feed(parser, "\n");
        assertThat(parser.lastEventId()).isEqualTo("1");
        assertThat(recording.calls).containsExactly("id [1]");
    }

    @Test
    void ignoresIdsWithNul() {
        assertThat(Recording.of("id: 1\nid: 2\0\ndata: a\n\n")).containsExactly("event [message] [a] [1]");
    }

    @Test
    void takesRetryOnlyInDigits() {
        assertThat(Recording.of("""
                        retry: 10
                        retry:0
                        retry: 1.5
                        retry: -1
                        retry: 1x
                        retry:  1
                        retry: x
                        retry
                        retry:
                        retry: ٣
                        retry: 007
                        retry: 9223372036854775807
                        retry: 99999999999999999999999
                        """))
                .containsExactly(
                        "retry 10", "retry 0", "retry 7", "retry 9223372036854775807", "retry 9223372036854775807");
    }

    @Test
    void ignoresUnknownFieldsAndNamesThatOnlyLookAlike() {
        assertThat(Recording.of(
                        "foo: 1\n data: 2\nda\0ta: 3\nDATA: 4\ndata : 5\ndata\0: 6\ndatadata: 7\n\uFEFFdata: 8\n\n"))
                .isEmpty();
    }

    @Test
    void stripsOneSpaceOnly() {
        assertThat(Recording.of("data:  x \ndata:\tx\ndata: :x:\nid:  7\nevent:  e\n\n"))
                .containsExactly("event [ e] [ x \n\tx\n:x:] [ 7]");
    }

    @Test
    void dropsWhatIsIncomplete() {
        assertThat(Recording.of("data: a\n\ndata: b\n")).containsExactly("event [message] [a] []");
        assertThat(Recording.of("id: 1\ndata: b")).isEmpty();
    }

    @Test
    void skipsOneLeadingByteOrderMark() {
        assertThat(Recording.of("\uFEFFdata: a\n\n")).containsExactly("event [message] [a] []");
        assertThat(Recording.of("\uFEFF\uFEFFdata: a\n\n")).isEmpty();
        assertThat(Recording.of("\uFEFF\ndata: a\n\n")).containsExactly("event [message] [a] []");
        assertThat(Recording.of("\n\uFEFFdata: a\n\n")).isEmpty();
        assertThat(Recording.of(new byte[] {(byte) 0xEF, (byte) 0xBB, 'd', 'a', 't', 'a', '\n', '\n'}))
                .isEmpty();
    }

    @Test
    void dispatchesAtACarriageReturnWithoutWaitingForMore() {
        Recording recording = new Recording();
        SseParser parser = new SseParser(recording, 100, 100);
        feed(parser, "data: a\r\r");
        assertThat(recording.calls).hasSize(1);
        feed(parser, "\n");
        feed(parser, "");
        feed(parser, "data: b\r");
        feed(parser, "");
        feed(parser, "\n");
        assertThat(recording.calls).hasSize(1);
        feed(parser, "\r");
        assertThat(recording.calls).containsExactly("event [message] [a] []", "event [message] [b] []");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void parsesEveryCutAlike(String lineBreak) {
        String stream = "\uFEFF:c\n\nid: ü€\nevent: 😀\ndata: aü\ndata\ndata: €😀\n\n\nretry: 12\nid: 2\n\ndata: z\n\n";
        byte[] bytes = stream.replace("\n", lineBreak).getBytes(StandardCharsets.UTF_8);
        List<String> whole = Recording.of(bytes);
        assertThat(whole)
                .containsExactly(
                        "comment [c]", "event [😀] [aü\n\n€😀] [ü€]", "retry 12", "id [2]", "event [message] [z] [2]");
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                Recording recording = new Recording();
                SseParser parser = new SseParser(recording, 100, 100);
                parser.feed(bytes, 0, first);
                parser.feed(bytes, first, second - first);
                parser.feed(ByteBuffer.wrap(bytes, second, bytes.length - second));
                assertThat(recording.calls).isEqualTo(whole);
            }
        }
    }

    @Test
    void replacesMalformedUtf8AsBrowsersDo() {
        assertThat(utf8("41 FF 42")).isEqualTo("A\uFFFDB");
        assertThat(utf8("C3")).isEqualTo("\uFFFD");
        assertThat(utf8("C3 41")).isEqualTo("\uFFFDA");
        assertThat(utf8("C0 80")).isEqualTo("\uFFFD\uFFFD");
        assertThat(utf8("E2 82")).isEqualTo("\uFFFD");
        assertThat(utf8("E2 82 41")).isEqualTo("\uFFFDA");
        assertThat(utf8("E0 80 80")).isEqualTo("\uFFFD\uFFFD\uFFFD");
        assertThat(utf8("ED A0 80")).isEqualTo("\uFFFD\uFFFD\uFFFD");
        assertThat(utf8("ED 9F BF")).isEqualTo("\uD7FF");
        assertThat(utf8("F0 9F 98")).isEqualTo("\uFFFD");
        assertThat(utf8("F0 9F 41 F0 9F 98 80")).isEqualTo("\uFFFDA😀");
        assertThat(utf8("F0 80 80 80")).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
        assertThat(utf8("F4 8F BF BF")).isEqualTo("\uDBFF\uDFFF");
        assertThat(utf8("F4 90 80 80")).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
        assertThat(utf8("F5 80")).isEqualTo("\uFFFD\uFFFD");
        assertThat(utf8("E2 C3 BC")).isEqualTo("\uFFFDü");
        assertThat(utf8("EF BF BD FF C3 BC")).isEqualTo("\uFFFD\uFFFDü");
    }

    @Test
    void boundsLines() {
        assertThat(limited("data: 5678\n\n", 10, 100)).containsExactly("event [message] [5678] []");
        for (String tail : List.of("", "\n", "0\n", "000000000000")) {
            assertThat(limited("data: ok\n\ndata: 56789" + tail, 10, 100))
                    .containsExactly(
                            "event [message] [ok] []", "exception a line in the event stream is longer than 10 bytes");
        }
        assertThat(limited(":234567890\n:2345678901\n", 10, 100))
                .containsExactly("comment [234567890]", "exception a line in the event stream is longer than 10 bytes");
    }

    @Test
    void boundsTheDataOfAnEvent() {
        assertThat(limited("data: 123\ndata: 567\n\ndata: 123\ndata: 567\n\n", 10, 7))
                .hasSize(2);
        assertThat(limited("data: 123\ndata: 5678\n\n", 10, 7))
                .containsExactly("exception an event's data in the event stream is longer than 7 bytes");
        assertThat(limited("data\n".repeat(8), 10, 7)).isEmpty();
        assertThat(limited("data\n".repeat(9), 10, 7)).hasSize(1);
        assertThat(limited(":\n".repeat(10_000) + "data: a\n\n", 10, 7)).hasSize(10_001);
    }

    @Test
    void takesNothingAfterALimitUntilRestarted() {
        Recording recording = new Recording();
        SseParser parser = new SseParser(recording, 10, 100);
        feed(parser, "id: 1\n\nid: 2\n");
        assertThatThrownBy(() -> feed(parser, "x".repeat(11))).isInstanceOf(SseException.class);
        assertThatThrownBy(() -> feed(parser, "\n")).isInstanceOf(IllegalStateException.class);
        assertThat(parser.lastEventId()).isEqualTo("1");
        parser.restart(parser.lastEventId());
        feed(parser, "\uFEFFdata: a\n\n");
        assertThat(recording.calls).containsExactly("id [1]", "event [message] [a] [1]");
    }

    @Test
    void restartsAtTheBeginning() {
        Recording recording = new Recording();
        SseParser parser = new SseParser(recording, 100, 100);
        feed(parser, "event: x\ndata: lost\ndata: lo\r");
        parser.restart("7");
        feed(parser, "\ndata: a\n\n");
        assertThat(recording.calls).containsExactly("event [message] [a] [7]");
    }

    @Test
    void agreesWithAPlainReadingOfTheStandard() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] parts = {
            "data", "data:", "data: ", "id", "id: ", "event: ", "retry: ", "5", "x", ":", " ", "\n", "\n", "\n\n", "\r",
            "\r\n", "\0", "ü", "€", "😀", "\uFEFF", "a b", "dat"
        };
        int events = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder stream = new StringBuilder(random.nextInt(10) == 0 ? "\uFEFF" : "");
            for (int n = random.nextInt(40); n > 0; n--) {
                stream.append(parts[random.nextInt(parts.length)]);
            }
            byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
            List<String> expected = PlainReading.of(stream.toString());
            events += expected.size();
            assertThat(Recording.of(bytes)).as("seed %d: %s", seed, stream).isEqualTo(expected);
            assertThat(Recording.ofPieces(bytes, random, 1 + random.nextInt(20), 1_000, 1_000))
                    .as("seed %d: %s", seed, stream)
                    .isEqualTo(expected);
        }
        assertThat(events).isGreaterThan(5_000);
    }

    @Test
    void tellsTheSameOfGarbageHoweverItIsCut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] likely = "data: id:event\r\n\n\n:\0\u00E2\u0082\u00AC\u00ED\u00A0".getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[random.nextInt(300)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(8) == 0 ? (byte) random.nextInt() : likely[random.nextInt(likely.length)];
            }
            List<String> whole = Recording.ofPieces(bytes, new Random(0), 1_000, 20, 30);
            assertThat(Recording.ofPieces(bytes, random, 1 + random.nextInt(20), 20, 30))
                    .as("seed %d", seed)
                    .isEqualTo(whole);
        }
    }

    private static List<String> limited(String stream, int maxLine, int maxData) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        List<String> whole = Recording.ofPieces(bytes, new Random(1), 1_000_000, maxLine, maxData);
        assertThat(Recording.ofPieces(bytes, new Random(2), 1, maxLine, maxData))
                .isEqualTo(whole);
        return whole;
    }

    private static String utf8(String hex) {
        String[] octets = hex.split(" ", -1);
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) Integer.parseInt(octets[i], 16);
        }
        return Utf8Lossy.decode(bytes, 0, bytes.length);
    }

    private static void feed(SseParser parser, String text) {
        parser.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}

package dev.pharos.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SseEncoderTest {

    @Test
    void writesFieldsInOrder() {
        assertThat(event("add", 3_000, "pos:a.1", "hello"))
                .isEqualTo("event: add\nretry: 3000\ndata: hello\nid: pos:a.1\n\n");
        assertThat(event(null, -1, null, "hello")).isEqualTo("data: hello\n\n");
        assertThat(event(null, 0, null, "")).isEqualTo("retry: 0\ndata: \n\n");
    }

    @Test
    void splitsDataAtEveryLineBreak() {
        assertThat(event(null, -1, null, "a\nb\rc\r\nd\n\re"))
                .isEqualTo("data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: e\n\n");
        assertThat(event(null, -1, null, "\n")).isEqualTo("data: \ndata: \n\n");
        assertThat(event(null, -1, null, "\r")).isEqualTo("data: \ndata: \n\n");
        assertThat(event(null, -1, null, "\r\n")).isEqualTo("data: \ndata: \n\n");
        assertThat(event(null, -1, null, "a\r\r\n\n\rb")).isEqualTo("data: a\ndata: \ndata: \ndata: \ndata: b\n\n");
    }

    @Test
    void keepsCharactersThatOnlyResembleLineBreaks() {
        assertThat(event("ü", -1, "€", "\u000B\u000C\u0085\u2028\u010A\u0A0D😀"))
                .isEqualTo("event: ü\ndata: \u000B\u000C\u0085\u2028\u010A\u0A0D😀\nid: €\n\n");
        assertThat(event(null, -1, null, "😀\n\u010A")).isEqualTo("data: 😀\ndata: \u010A\n\n");
    }

    @Test
    void writesBlocksThatDispatchNothing() {
        assertThat(Recording.of(SseEncoder.cursor("pos:a.1", -1))).containsExactly("id [pos:a.1]");
        assertThat(Recording.of(SseEncoder.cursor("pos:a.1", 20))).containsExactly("retry 20", "id [pos:a.1]");
        assertThat(Recording.of(SseEncoder.retry(20))).containsExactly("retry 20");
        assertThat(Recording.of(SseEncoder.COMMENT_HEARTBEAT)).containsExactly("comment []");
    }

    @Test
    void writesWhatTheParserReads() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            String lastId = "";
            for (int n = random.nextInt(5); n >= 0; n--) {
                String type = random.nextBoolean() ? null : text(random, false);
                String id = random.nextBoolean() ? null : text(random, false);
                long retry = random.nextBoolean() ? -1 : random.nextInt(100_000);
                String data = text(random, true);
                stream.append(event(type, retry, id, data));
                lastId = id == null ? lastId : id;
                if (retry >= 0) {
                    expected.add("retry " + retry);
                }
                expected.add("event [" + (type == null || type.isEmpty() ? "message" : type) + "] ["
                        + data.replace("\r\n", "\n").replace('\r', '\n') + "] [" + lastId + "]");
            }
            byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(Recording.ofPieces(bytes, random, 1 + random.nextInt(50), 1_000, 1_000))
                    .as("seed %d: %s", seed, stream)
                    .isEqualTo(expected);
        }
    }

    private static String event(@Nullable String type, long retry, @Nullable String id, String data) {
        return new String(SseEncoder.event(type, retry, id, data), StandardCharsets.UTF_8);
    }

    private static String text(Random random, boolean lineBreaks) {
        int[] alphabet = {'a', ' ', ':', 'd', 0xFC, 0x85, 0x2028, 0xFEFF, 0x1F600, '\n', '\r'};
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length - (lineBreaks ? 0 : 2))]);
        }
        return text.toString();
    }
}

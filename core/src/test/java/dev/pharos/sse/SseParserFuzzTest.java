package dev.pharos.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pharos.fuzz.RandomInputs;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SseParserFuzzTest {

    private static final String[] WORDS = {
        "data",
        "data:",
        "data: ",
        "id: ",
        "event: ",
        "retry: ",
        "7",
        ":",
        "\n",
        "\n\n",
        "\r",
        "\r\n",
        "\0",
        "\u00EF\u00BB\u00BF",
        "\u00E2\u0082",
        "\u00AC",
        "\u00ED\u00A0\u0080",
        "\u00F0\u009F",
        "text"
    };

    @FuzzTest(maxDuration = "1m")
    void tellsTheSameInAnyPiecesOrRefusesWithinLimits(byte[] input) {
        check(input);
    }

    @Test
    void tellsTheSameOfRandomInputs() {
        RandomInputs.feed(20_000, WORDS, SseParserFuzzTest::check);
    }

    private static void check(byte[] input) {
        List<String> whole = Recording.ofPieces(input, new Random(1), 1 << 20, 16, 24);
        assertThat(Recording.ofPieces(input, new Random(input.length), 5, 16, 24))
                .isEqualTo(whole);
        for (String call : whole) {
            assertThat(call).hasSizeLessThan(100);
        }
    }
}

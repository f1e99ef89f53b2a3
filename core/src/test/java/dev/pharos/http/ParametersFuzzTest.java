package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pharos.fuzz.RandomInputs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersFuzzTest {

    private static final int LIMIT = 20;
    private static final String[] WORDS = {
        "topic",
        "=",
        "&",
        "&&",
        "+",
        "%",
        "%2",
        "%20",
        "%c3%bc",
        "%C3",
        "%00",
        "%zz",
        "a",
        "\u00C3\u00BC",
        "\u00ED\u00A0\u0080",
        "%%"
    };

    @FuzzTest(maxDuration = "1m")
    void decodesOrNamesWhatIsWrong(byte[] input) {
        check(input);
    }

    @Test
    void decodesRandomInputsOrNamesWhatIsWrong() {
        RandomInputs.feed(20_000, WORDS, ParametersFuzzTest::check);
    }

    private static void check(byte[] input) {
        Parameters parameters;
        try {
            parameters = Parameters.ofForm(input, LIMIT);
        } catch (BadParameterException e) {
            assertThat(e).message().contains("'" + e.parameter() + "'").hasSizeLessThan(250);
            return;
        }
        assertThat(parameters.size()).isLessThanOrEqualTo(LIMIT);
        List<String> pairs = new ArrayList<>();
        List<String> encoded = new ArrayList<>();
        parameters.forEach((name, value) -> {
            pairs.add(name + "=" + value);
            encoded.add(URLEncoder.encode(name, StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(value, StandardCharsets.UTF_8));
        });
        List<String> again = new ArrayList<>();
        Parameters.ofQuery(String.join("&", encoded), LIMIT).forEach((name, value) -> again.add(name + "=" + value));
        assertThat(again).isEqualTo(pairs);
    }
}

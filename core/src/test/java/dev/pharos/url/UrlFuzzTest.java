package dev.pharos.url;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pharos.fuzz.RandomInputs;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UrlFuzzTest {

    private static final Url HUB = Url.of("https://hub.example/.well-known/mercure");
    private static final String[] WORDS = {
        "http", "https", "file", "urn", ":", "//", "/", "\\", "?", "#", "@", "[", "]", "::", "1", "255", "0x", ".",
        "..", "%2e", "%", "%zz", "a", "\u00FC", "C|", " ", "\t", "{", "}", "(", ")", "*", "+", "|", "^", "-", "(?:",
        "{2,}", "[^"
    };

    @FuzzTest(maxDuration = "1m")
    void parsesUrlsAndPatternsOrSaysThatTheyAreNone(byte[] input) {
        check(input);
    }

    @Test
    void parsesRandomUrlsAndPatternsOrSaysThatTheyAreNone() {
        RandomInputs.feed(50_000, WORDS, UrlFuzzTest::check);
    }

    private static void check(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Url url = Url.parse(text, HUB);
        if (url != null) {
            assertThat(Url.parse(url.href(), null)).as(text).isEqualTo(url);
            assertThat(url.href().chars().allMatch(c -> c >= ' ' && c < 0x80))
                    .as(text)
                    .isTrue();
        }
        checkPlain(text);
        checkPlain("http://" + text);
        checkPlain("https://a.example/" + text);
        try {
            UrlPattern pattern = UrlPattern.compile(text, HUB);
            assertThat(pattern.matches(text)).isEqualTo(url != null && pattern.matches(url));
        } catch (InvalidUrlPatternException e) {
            assertThat(e).message().isNotEmpty();
        }
    }

    private static void checkPlain(String text) {
        if (UrlParser.isPlain(text)) {
            Url url = Url.of(text);
            assertThat(Url.parse(text, HUB)).isEqualTo(url);
            assertThat(url.href()).isEqualTo(text);
            assertThat(UrlSpace.key(url)).isEqualTo(text);
        }
    }
}

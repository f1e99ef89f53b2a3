package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pharos.fuzz.RandomInputs;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UriTemplateFuzzTest {

    private static final String[] WORDS = {
        "{",
        "}",
        "{a}",
        "{+a}",
        "{#a,b}",
        "{.a*}",
        "{/a,b}",
        "{;a:3}",
        "{?a,b}",
        "{&a*}",
        "%2F",
        "%c3",
        "%",
        "a",
        "/",
        "x=1",
        "&",
        ",",
        "\u00C3\u00BC",
        "\u00F0\u009F\u0098\u0080",
        "\n"
    };

    @FuzzTest(maxDuration = "1m")
    void judgesAnyTopicByAnyTextInLinearTime(byte[] input) {
        check(input);
    }

    @Test
    void judgesRandomTopics() {
        RandomInputs.feed(20_000, WORDS, UriTemplateFuzzTest::check);
    }

    /** The first line is the template, the rest the topic. */
    private static void check(byte[] input) {
        String[] parts = new String(input, StandardCharsets.UTF_8).split("\n", 2);
        String topic = parts[parts.length - 1];
        UriTemplate template;
        try {
            template = UriTemplate.compile(parts[0]);
        } catch (IllegalArgumentException e) {
            assertThat(input.length).isGreaterThan(UriTemplate.MAX_STATES);
            return;
        }
        if (template == null) {
            return;
        }
        assertThat(parts[0]).startsWith(template.literalPrefix()).contains("{");
        long effort = template.effort(topic);
        int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
        assertThat(effort < 0 ? ~effort : effort).isLessThanOrEqualTo((bytes + 1L) * (input.length / 64 + 1));
        if (effort >= 0) {
            assertThat(topic).startsWith(template.literalPrefix());
        }
        assertThat(template.matches(parts[0].replaceAll("\\{[^}]*}", ""))).isTrue();
    }
}

package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriTemplateTest {

    @ParameterizedTest
    @CsvFileSource(resources = "rfc6570-examples.txt", delimiter = ' ', quoteCharacter = '`')
    void matchesEveryExampleOfTheRfc(String template, String expansion) {
        assertThat(template(template).matches(expansion)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`', textBlock = """
                    https://example.com/foo{?bar} https://example.com/foobaz
                    /dictionary/{term:1}/{term} /dictionary/c/a/cat
                    /books/{id} /books/1/2
                    /books/{id} /books
                    /books/{id} /book/1
                    /books/{id} /books/1?x
                    /books/{id} /books/a=b
                    /books/{id} /books/a%2
                    /books/{id} /books/a%zz
                    /books/{id} /books/ü
                    /books/{id} /books/a+b
                    /books/{id}.json /books/1.jso
                    /books/{id}.json /books/.jsonx
                    aXa{v}aXa aXa
                    aXa{v}aXa aXaXa
                    {v}41 %41
                    {v}1x %41x
                    {/a} a
                    {/a} /a/b
                    {/a,b} /a/b/c
                    {/a,b}x /a/b/x
                    {;a} ;a;b
                    {?a} &a
                    {?a} ?a&b
                    {?a,b} &b
                    {?a,b} ?a=1&b=2&c=3
                    {?a,b} ?a?b
                    {&a,b} &a&b&c
                    {.a} a
                    {.a} .a=b
                    {#a} a
                    {a*} a/b
                    {+a} a"b
                    %2F{a} %2fx
                    x%2f{a}%2F x%2f%2f
                    ü{a} ä
                    ü{a} %C3
                    ü{a} %c3%bc
                    ü{a}ü ü%C3
                    """)
    void refusesWhatIsNoExpansion(String template, String topic) {
        assertThat(template(template).matches(topic)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`', textBlock = """
                    /dictionary/{term:1}/{term} /dictionary/cats/cat
                    {?a} ?other=1
                    {?a,b*} ?x=1&y=2&z=3
                    {/a,b} /
                    {/a,b} //
                    {.a,b} .x.y.z
                    {a,k*} x=1,y=2
                    {v}41 %4141
                    x{+a}/end x/end/end
                    %2f{a} %2fx
                    /ü/{a} /ü/x
                    /ü/{a} /%C3%BC/x
                    {a}€{b} x%E2%82%ACy
                    {a}😀{b} x😀y
                    {a}😀{b} x%F0%9F%98%80y
                    {a%20b.c_d} x
                    it's{a} it's1
                    {a:9999} x
                    """)
    void matchesShapesOfExpansions(String template, String topic) {
        assertThat(template(template).matches(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "https://example.com/books/1",
                "a}b",
                "{",
                "}",
                "{}",
                "{a",
                "a}",
                "{a}}",
                "{{a}}",
                "{a}{",
                "{+}",
                "{a,}",
                "{,a}",
                "{a,,b}",
                "{a b}",
                "{=a}",
                "{!a}",
                "{@a}",
                "{|a}",
                "{a:}",
                "{a:0}",
                "{a:01}",
                "{a:10000}",
                "{a:x}",
                "{a:3*}",
                "{a*:3}",
                "{a**}",
                "{.}",
                "{a.}",
                "{a..b}",
                "{..a}",
                "{a%2}",
                "{%zz}",
                "{ü}",
                "{a-b}",
                " {a}",
                "<{a}>",
                "\"{a}",
                "\\{a}",
                "^{a}",
                "`{a}",
                "|{a}",
                "%{a}",
                "%2{a}",
                "%zz{a}",
                "{a}\u0000",
                "{a}\u007F",
                "{a}\u0085",
                "\uD800{a}",
                "{a}\uFFFF",
                "{a}\uDBFF\uDFFF",
                "{a}\uDB40\uDC01"
            })
    void takesTextThatIsNoTemplateForText(String text) {
        assertThat(UriTemplate.compile(text)).isNull();
    }

    @Test
    void knowsItsLiteralPrefix() {
        assertThat(template("https://example.com/books/{id}/x").literalPrefix())
                .isEqualTo("https://example.com/books/");
        assertThat(template("{id}/x").literalPrefix()).isEmpty();
        assertThat(template("a%2f%2F%AB%aB%Ab%41{x}").literalPrefix()).isEqualTo("a%2f%2F%AB%aB%Ab%41");
        assertThat(template("/a/ü/{x}").literalPrefix()).isEqualTo("/a/");
        assertThat(template("/a/ü/{x}")).hasToString("/a/ü/{x}");
    }

    @Test
    void toleratesLoneSurrogatesInTopics() {
        for (String topic : new String[] {"\uD83D", "\uDE00", "x\uD83Dx", "\uDE00\uD83D"}) {
            assertThat(template("{a}😀{+b}").matches(topic)).isFalse();
            assertThat(template("{a}").matches(topic)).isFalse();
        }
    }

    @Test
    void matchesEveryExpansion() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            TemplateSample sample = new TemplateSample(random, 6);
            UriTemplate template = template(sample.text.toString());
            for (int i = 0; i < 5; i++) {
                String expansion = sample.expand(random);
                assertThat(template.matches(expansion))
                        .as("seed %d: %s expands to %s", seed, template, expansion)
                        .isTrue();
                assertThat(expansion).startsWith(template.literalPrefix());
            }
        }
    }

    @Test
    void matchesExpansionsOfLongTemplates() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            TemplateSample sample = new TemplateSample(random, 400);
            UriTemplate template = template(sample.text.toString());
            String expansion = sample.expand(random);
            assertThat(template.matches(expansion))
                    .as("seed %d: %s expands to %s", seed, template, expansion)
                    .isTrue();
        }
    }

    @Test
    void agreesWithARegularExpression() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int matches = 0;
        int rounds = 40_000;
        for (int round = 0; round < rounds; round++) {
            TemplateSample sample = new TemplateSample(random, 4);
            String topic = spoil(sample.expand(random), random);
            boolean expected = sample.regex().matcher(topic).matches();
            matches += expected ? 1 : 0;
            assertThat(template(sample.text.toString()).matches(topic))
                    .as("seed %d: %s and %s", seed, sample.text, topic)
                    .isEqualTo(expected);
        }
        assertThat(matches).isBetween(rounds / 10, rounds * 9 / 10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{a}",
                "{/a}",
                "{+a}{/b}",
                "{#a}{b}",
                "{?a,b,c,d}",
                "{/a,b}/",
                "{;a}x",
                "{a}x",
                "{a}{b*}€",
                "{.a}.",
                "a{a}%41"
            })
    void takesLinearTimeForThousandsOfExpressions(String expression) {
        String text = expression.repeat(4_096 / expression.getBytes(StandardCharsets.UTF_8).length);
        UriTemplate template = template(text);
        for (String unit : new String[] {"a", "x", "/", ".", ";", "&", "/a", ";x", "%41", "€", "a,", "?a&"}) {
            for (String tail : new String[] {"", "\"", "x", "/"}) {
                String topic = unit.repeat(4_096 / unit.length()) + tail;
                long effort = template.effort(topic);
                int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
                assertThat(effort < 0 ? ~effort : effort).isLessThanOrEqualTo((bytes + 1L) * (4_096 / 64 + 1));
            }
        }
    }

    @Test
    void refusesTemplatesThatNeedTooManyStates() {
        String fits = "{/a}".repeat(UriTemplate.MAX_STATES);
        assertThat(template(fits).matches("/".repeat(UriTemplate.MAX_STATES))).isTrue();
        assertThat(template(fits).matches("/".repeat(UriTemplate.MAX_STATES + 1)))
                .isFalse();
        assertThatThrownBy(() -> UriTemplate.compile(fits + "{/a}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a URI template of 65540 characters needs 16385 states, more than 16384");
    }

    private static String spoil(String topic, Random random) {
        StringBuilder text = new StringBuilder(topic);
        String alphabet = "ax/=,.;&?#%\"ü2F";
        for (int n = random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(text.length() + 1);
            char c = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, c);
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                default -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf(c));
            }
        }
        return text.toString();
    }

    private static UriTemplate template(String text) {
        return Objects.requireNonNull(UriTemplate.compile(text), text);
    }
}

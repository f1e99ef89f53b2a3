package dev.pharos.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.Selectors;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlPatternTest {

    private static final Url HUB = Url.of("https://hub.example/.well-known/mercure");

    @ParameterizedTest
    @CsvSource({
        "https://a.example/books/:id, https://a.example/books/1",
        "https://a.example/books/:id, https://A.EXAMPLE/books/1",
        "https://A.example/books/:id, https://a.example:443/books/x%20y",
        "https://a.example/books/:id, https://u:p@a.example/books/1?q#f",
        "https://a.example/books/:id?, https://a.example/books",
        "https://a.example/books/:id+, https://a.example/books/1/2",
        "https://a.example/books/:id*, https://a.example/books",
        "https://a.example/books/*, https://a.example/books/",
        "https://a.example/:x/is/:y, https://a.example/1/is/2",
        "https://a.example/{v:n/}?x, https://a.example/x",
        "https://a.example/{v:n/}?x, https://a.example/v2/x",
        "https://a.example/{ab}+x, https://a.example/ababx",
        "https://a.example/([[a-z]--[aeiou]]), https://a.example/b",
        "https://*.example/, https://a.b.example/",
        "https://:sub.a.example/, https://x.a.example/",
        "http{s}?://a.example/, http://a.example/",
        "*://a.example/x, ftp://a.example/x",
        "https://a.example/(\\d+), https://a.example/2026",
        "https://a.example/x?y=*, https://a.example/x?y=1",
        "https://a.example/x\\?y, https://a.example/x?y",
        "https://a.example/:id(a|b)-*, https://a.example/b-",
        "https://a.example/ü, https://a.example/%C3%BC",
        "https://a.example:*/x, https://a.example:81/x",
        "https://[\\:\\:1]/, https://[::1]/",
        "urn\\:isbn\\:*, urn:isbn:1",
        "/.well-known/mercure/subscriptions/:t/:s, /.well-known/mercure/subscriptions/a%2Fb/urn%3Auuid%3A1",
        "/x/:id, https://hub.example/x/1",
        "https://hub.example/x/:id, /x/1",
        "x/:id, /.well-known/x/1",
        "/foo, '\\foo'",
        "*, https://hub.example/.well-known/x/y",
        "/é, '/%C3%A9'",
    })
    void matchesTopics(String pattern, String topic) {
        UrlPattern compiled = UrlPattern.compile(pattern, HUB);
        assertThat(compiled.matches(topic)).isTrue();
        assertThat(Objects.requireNonNull(compiled.space().form(topic)).key()).startsWith(compiled.literalPrefix());
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/books/:id, https://a.example/books/",
        "https://a.example/books/:id, https://a.example/books/1/2",
        "https://a.example/books/:id, https://a.example/Books/1",
        "https://a.example/books/:id, http://a.example/books/1",
        "https://a.example/books/:id, https://a.example:444/books/1",
        "https://a.example/books/:id, /books/1",
        "https://a.example/books/:id, https://[",
        "https://a.example/books/:id, ''",
        "https://a.example/books/:id+, https://a.example/books/",
        "https://:sub.a.example/, https://x.y.a.example/",
        "https://*.example/, https://example/",
        "https://a.example/x?y=1, https://a.example/x?y=2",
        "https://a.example/(\\d+), https://a.example/2x",
        "/x/:id, https://other.example/x/1",
        "/x/:id, http://hub.example/x/1",
        "/x/:id, urn:x:1",
        "*, https://hub.example/x",
        "https://a.example/{ab}+x, https://a.example/x",
        "https://a.example/([[a-z]--[aeiou]]), https://a.example/e",
        "https://a.example/([\\d&&[0-1]]), https://a.example/2",
    })
    void doesNotMatchOtherTopics(String pattern, String topic) {
        assertThat(UrlPattern.compile(pattern, HUB).matches(topic)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{unclosed",
                "[(",
                "https://a/{b",
                "https://a/b}",
                "https://a/:",
                "https://a/(",
                "https://a/()",
                "https://a/(a(b))",
                "https://a/(?x)",
                "https://a/:id/:id",
                "https://a/\\",
                "https://a/(é)",
                "https://a b/",
                "https://a:99999/",
                "https://a/**+",
                "https://a/+",
                "https://a/([a)",
                "https://a/(a{2,1})",
                "https://a/(\\m)",
            })
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> UrlPattern.compile(pattern, HUB)).isInstanceOf(InvalidUrlPatternException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "(?=x)., assertion",
        "(?!x)., assertion",
        "(?<=x)., looks behind",
        "^x, assertion",
        "x$, assertion",
        "\\bx, assertion",
        "(?<a>x)\\k<a>, refers back",
        "(?:x)\\1, refers back",
        "\\p{L}, property of Unicode",
        "x{9999}, more than 1000",
    })
    void namesWhatItDoesNotSupportOfRegularExpressions(String regexp, String why) {
        assertThatThrownBy(() -> UrlPattern.compile("https://a/x(" + regexp + ")", HUB))
                .isInstanceOf(InvalidUrlPatternException.class)
                .hasMessageContaining(why);
    }

    @Test
    void boundsTheSizeOfPatterns() {
        assertThatThrownBy(() -> UrlPattern.compile("https://a/((?:(?:a{1000}){1000}){1000})", HUB))
                .isInstanceOf(InvalidUrlPatternException.class)
                .hasMessageContaining("states");
        assertThatThrownBy(() -> UrlPattern.compile("https://a/" + "*-".repeat(1000), HUB))
                .isInstanceOf(InvalidUrlPatternException.class)
                .hasMessageContaining("wildcards");
    }

    @Test
    void refusesManyLargePatternsBeforeTheyTakeLong() {
        MatchTypes language = new MatchTypes(HUB);
        Selectors.Builder some = new Selectors.Builder();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        language.add(some, MatchTypes.URL_PATTERN, "/" + i + "([ab]{1000}[ab]{1000}[ab]{1000})c");
                    }
                })
                .isInstanceOf(InvalidSelectorException.class);
        assertThat(some.build().patterns()).hasSizeBetween(3, 10);
        Selectors.Builder usual = new Selectors.Builder();
        for (int i = 0; i < 1_000; i++) {
            language.add(usual, MatchTypes.URL_PATTERN, "https://example.com/:user/books/:id/" + i + "/*");
        }
        assertThat(usual.build().patterns()).hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?:%s){1000}", "(?:%s)*", "(?:%s){0,1000}", "(?:%sa{0}){1000}", "(?:(?:%s)+%s){500}"})
    void repeatsNothingInNoTime(String repetition) {
        String regexp = "";
        for (int depth = 0; depth < 20; depth++) {
            regexp = repetition.replace("%s", regexp.length() < 1_000 ? regexp : "");
        }
        String pattern = "https://a/x(" + regexp + "y?)";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            UrlPattern compiled = UrlPattern.compile(pattern, HUB);
            assertThat(compiled.matches("https://a/xy")).isTrue();
            assertThat(compiled.matches("https://a/xz")).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a/%d/{LONG}/:id",
                "https://a/%d/{LONG}",
                "https://%d{IDN}.example/:id",
                "/%d([^]{1000}[^]{1000}[^]{1000})",
                "/%d/{OPTIONS}"
            })
    void takesFewPatternsThatTakeLongToMake(String pattern) {
        MatchTypes language = new MatchTypes(HUB);
        Selectors.Builder some = new Selectors.Builder();
        String wide = pattern.replace("{LONG}", "x".repeat(4_000))
                .replace("{IDN}", "\u00FC.".repeat(500))
                .replace("{OPTIONS}", "{a}?".repeat(200));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        language.add(some, MatchTypes.URL_PATTERN, wide.formatted(i));
                    }
                })
                .isInstanceOf(InvalidSelectorException.class);
        assertThat(some.build().patterns()).hasSizeLessThan(10);
    }

    @Test
    void isEqualByTextAndBase() {
        assertThat(UrlPattern.compile("/:id", HUB))
                .isEqualTo(UrlPattern.compile("/:id", HUB))
                .hasSameHashCodeAs(UrlPattern.compile("/:id", HUB))
                .isNotEqualTo(UrlPattern.compile("/:x", HUB))
                .isNotEqualTo(UrlPattern.compile("/:id", Url.of("https://other.example/")));
    }

    @Test
    void knowsWhatAMatchBeginsWith() {
        assertThat(UrlPattern.compile("https://a.example/books/:id", HUB).literalPrefix())
                .isEqualTo("https://a.example/books/");
        assertThat(UrlPattern.compile("https://a.example/books{/:id}?", HUB).literalPrefix())
                .isEqualTo("https://a.example/books");
        assertThat(UrlPattern.compile("https://*.example/books", HUB).literalPrefix())
                .isEqualTo("https://");
        assertThat(UrlPattern.compile("*://a/", HUB).literalPrefix()).isEmpty();
        assertThat(UrlPattern.compile("https://a:*/x", HUB).literalPrefix()).isEqualTo("https://a");
        assertThat(UrlPattern.compile("https://a:8*/x", HUB).literalPrefix()).isEqualTo("https://a:8");
        assertThat(UrlPattern.compile("https://a:81/x?y=*", HUB).literalPrefix())
                .isEqualTo("https://a:81/x?y=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/(a*)*b",
                "/((?:a+)+)$x",
                "/((?:a|a)*)c",
                "/((?:a?){100}a{100})",
                "/((?:(?:a*)*)*)c",
                "/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*c",
                "/{a}*{a}*{a}*{a}*{a}*{a}*{a}*{a}*{a}*{a}*c",
                "/((?:a|aa|aaa|aaaa)*)b",
                "/([ab]*a[ab]{500})c",
            })
    void judgesPathologicalPatternsInLinearTime(String pattern) {
        UrlPattern compiled;
        try {
            compiled = UrlPattern.compile(pattern, HUB);
        } catch (InvalidUrlPatternException e) {
            return;
        }
        Url url = Objects.requireNonNull(Url.parse("/" + "a".repeat(4000), HUB));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 100; i++) {
                assertThat(compiled.matches(url)).isFalse();
            }
        });
    }
}

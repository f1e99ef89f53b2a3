package dev.pharos.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTest {

    private static final Url HUB = Url.of("https://hub.example/.well-known/mercure");

    @ParameterizedTest
    @CsvSource({
        "HTTPS://EXAMPLE.com:443/A, https://example.com/A",
        "http://a.example:80, http://a.example/",
        "ws://a:81/x?q#f, ws://a:81/x?q#f",
        "https:a.example/x, https://a.example/x",
        "https:\\\\a.example\\x\\..\\y, https://a.example/y",
        "'  https://a/b c\td', https://a/b%20cd",
        "https://u:p:q@a/, https://u:p%3Aq@a/",
        "https://a@b@c/, https://a%40b@c/",
        "https://a/%2e%2E/b/./c/%2e, https://a/b/c/",
        "https://a/ü?ü='#ü, https://a/%C3%BC?%C3%BC=%27#%C3%BC",
        "urn:isbn:0451450523, urn:isbn:0451450523",
        "foo://h/p?'q', foo://h/p?'q'",
        "foo:/a/../b, foo:/b",
        "foo:/..//x, foo:/.//x",
        "data:a b ?c, data:a b%20?c",
        "http://0x7f.1/, http://127.0.0.1/",
        "http://017700000001, http://127.0.0.1/",
        "http://[0:0:1::]/, http://[0:0:1::]/",
        "http://[1:0:0:2:0:0:0:3]/, http://[1:0:0:2::3]/",
        "http://[::ffff:1.2.3.4], http://[::ffff:102:304]/",
        "http://%45xample.com, http://example.com/",
        "http://ü.example, http://xn--tda.example/",
        "file:///C|/x/.., file:///C:/",
        "file:c:/a/../../.., file:///c:/",
        "file://localhost/etc, file:///etc"
    })
    void bringsUrlsIntoCanonicalForm(String text, String href) {
        assertThat(Objects.requireNonNull(Url.parse(text, null)).href()).isEqualTo(href);
        assertThat(Url.of(href).href()).isEqualTo(href);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "//a/b",
                "http://",
                "http://:80/",
                "http://a:x/",
                "http://a:65536/",
                "http://a b/",
                "http://a%00b/",
                "http://a<b/",
                "http://[1:2/",
                "http://[1::2::3]/",
                "http://[1:2:3:4:5:6:7:8:9]/",
                "http://[::1.2.3.256]/",
                "http://[::1.2.3]/",
                "http://1.2.3.256/",
                "http://1.2.3.4.5/",
                "http://a.0x/..%zz@/",
                "http://u@/",
                "foo://a b",
                "1:/x",
            })
    void takesWhatIsNoUrlForNone(String text) {
        assertThat(Url.parse(text, null)).isNull();
        assertThatThrownBy(() -> Url.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://hub.example/.well-known/mercure",
        "x, https://hub.example/.well-known/x",
        "mercure/x, https://hub.example/.well-known/mercure/x",
        "../x, https://hub.example/x",
        "/x?y, https://hub.example/x?y",
        "?q, https://hub.example/.well-known/mercure?q",
        "#f, https://hub.example/.well-known/mercure#f",
        "//other/x, https://other/x",
        "https:x, https://hub.example/.well-known/x",
        "http:x, http://x/",
        "\\x, https://hub.example/x",
        "urn:x, urn:x",
        "a:b, a:b",
        "a b, https://hub.example/.well-known/a%20b"
    })
    void resolvesAgainstABase(String text, String href) {
        assertThat(Objects.requireNonNull(Url.parse(text, HUB)).href()).isEqualTo(href);
    }

    @Test
    void resolvesAgainstAnOpaquePathOnlyAFragment() {
        Url urn = Url.of("urn:x?q");
        assertThat(Url.parse("#f", urn)).extracting(Url::href).isEqualTo("urn:x?q#f");
        assertThat(Url.parse("", urn)).isNull();
        assertThat(Url.parse("y", urn)).isNull();
    }

    @Test
    void keepsDriveLettersOfFiles() {
        Url base = Url.of("file:///C:/a/b");
        assertThat(href("..", base)).isEqualTo("file:///C:/");
        assertThat(href("/x", base)).isEqualTo("file:///C:/x");
        assertThat(href("D|/x", base)).isEqualTo("file:///D:/x");
        assertThat(href("//h/x", base)).isEqualTo("file://h/x");
    }

    @Test
    void decodesUnreservedOctetsOfAPathOnly() {
        assertThat(Url.of("https://a/%6Dercure%2Fx%7e%C3%BC%").decodedPath()).isEqualTo("/mercure%2Fx~%C3%BC%");
    }

    @Test
    void hasAnOriginWithoutADefaultPort() {
        assertThat(Url.of("https://A.example:443/x").origin()).isEqualTo("https://a.example");
        assertThat(Url.of("http://[::1]:7070/x").origin()).isEqualTo("http://[::1]:7070");
    }

    @Test
    void turnsALoneSurrogateIntoAReplacementCharacter() {
        assertThat(href("https://a/\uD800", null)).isEqualTo("https://a/%EF%BF%BD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example/books/1",
                "http://a-b.1.example/",
                "https://a//b/c.d/e%20f:g@h",
                "http://a/|[]"
            })
    void seesAtOnceThatATextIsCanonical(String text) {
        assertThat(UrlParser.isPlain(text)).isTrue();
        assertThat(href(text, HUB)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a",
                "https://",
                "https:///a",
                "https://a",
                "https://A/",
                "https://a:81/",
                "https://u@a/",
                "https://a./",
                "https://1.2.3.4/",
                "https://a.0x1/",
                "https://[::1]/",
                "ftp://a/",
                "HTTPS://a/",
                "https://a/..",
                "https://a/./b",
                "https://a/b/%2e%2e",
                "https://a/b?",
                "https://a/b#c",
                "https://a/\\b",
                "https://a/b ",
                " https://a/b",
                "https://a/b\tc",
                "https://a/\u00FC",
                "https://\u00FC/",
                "https://a/{b}",
                "https://a/\u007F"
            })
    void looksTwiceAtATextThatMayNotBe(String text) {
        assertThat(UrlParser.isPlain(text)).isFalse();
    }

    private static String href(String text, @Nullable Url base) {
        return Objects.requireNonNull(Url.parse(text, base)).href();
    }
}

package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/, /, -",
                "/a%20b?x=1?y, /a%20b, x=1?y",
                "/a?, /a, ''",
                "//host/a, //host/a, -",
                "http://h, /, -",
                "http://h?q, /, q",
                "HTTPS://h:1/a/b?c#d, /a/b, c",
                "/a#b?c, /a, -",
                "*, *, -"
            })
    void isTakenApart(String target, String path, String query) {
        assertThat(RequestTarget.of(target)).isEqualTo(new RequestTarget(path, query));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "host:443", "ftp://h/", "**"})
    void anythingElseIsRefused(String target) {
        assertThat(RequestTarget.of(target)).isNull();
    }
}

package dev.pharos.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PiecesTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:7070, http://127.0.0.1:7070",
        "8080,           http://127.0.0.1:8080",
        "[::1]:80,       'http://[0:0:0:0:0:0:0:1]:80'",
        "0.0.0.0:1,      http://127.0.0.1:1"
    })
    void readsAddresses(String text, String url) {
        assertThat(ListenAddress.url(ListenAddress.parse(text))).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "open, open, 0",
        "opne, open, 1",
        "open, opens, 1",
        "pen, open, 1",
        "ab, ba, 1",
        "'', abc, 3",
        "kitten, sitting, 3"
    })
    void countsChanges(String a, String b, int distance) {
        assertThat(Nearest.distance(a, b)).isEqualTo(distance);
        assertThat(Nearest.distance(b, a)).isEqualTo(distance);
    }
}

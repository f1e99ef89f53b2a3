package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
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

    @Test
    void printsDataExactlyButForLineBreaks() throws IOException {
        assertThat(printed("a\tb\u001b[31m é\nz", false)).isEqualTo("a\tb\u001b[31m é\\nz\n");
    }

    @Test
    void letsNoDataControlATerminal() throws IOException {
        assertThat(printed("a\tb\u001b[31m\u009b é\nz\u0007", true)).isEqualTo("a\tb\\x1b[31m\\x9b é\\nz\\x07\n");
    }

    private static String printed(String data, boolean terminal) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = new EventPrinter(out, terminal);
        printer.event(data);
        printer.flush();
        return out.toString(StandardCharsets.UTF_8);
    }
}

package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PiecesTest {

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

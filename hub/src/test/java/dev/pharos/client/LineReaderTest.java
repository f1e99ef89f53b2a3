package dev.pharos.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void splitsAtLineFeedsHoweverTheBytesArrive(int piece) throws IOException {
        assertThat(read("a\r\n\nbc\rd\nlast", 100, piece)).containsExactly("a", "", "bc\rd", "last");
    }

    @Test
    void countsALastLineWithoutAnEndOnlyIfThereIsOne() throws IOException {
        assertThat(read("a\n", 100, 10)).containsExactly("a");
        assertThat(read("", 100, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 1000})
    void dropsWhatIsTooLongAndGoesOnBehindIt(int piece) throws IOException {
        assertThat(read("12345\n123456\n1234\n12345\r\n123456\r\nx", 5, piece))
                .containsExactly("12345", "TOO LONG", "1234", "12345", "TOO LONG", "x");
        assertThat(read("1234567", 5, piece)).containsExactly("TOO LONG");
    }

    @Test
    void repairsWhatIsNotUtf8() throws IOException {
        byte[] latin1 = "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
        LineReader reader = new LineReader(new ByteArrayInputStream(latin1), 100);
        assertThat(reader.next()).isEqualTo(new LineReader.Text("caf\ufffd"));
    }

    private static List<String> read(String text, int limit, int piece) throws IOException {
        InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, piece));
            }
        };
        LineReader reader = new LineReader(in, limit);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            lines.add(
                    switch (line) {
                        case LineReader.Text(String content) -> content;
                        case LineReader.TooLong() -> "TOO LONG";
                    });
        }
        return lines;
    }
}

package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    /** What a server has to escape, as the protocol's text has it, and what JSON wants. */
    private static final Pattern ESCAPED =
            Pattern.compile("[\\x00-\\x1f\\u200c-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufff0-\\uffff\"\\\\]");

    private static String quoted(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        Bytes bytes = new Bytes(16);
        JsonText.quote(utf8, 0, utf8.length, bytes);
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }

    @Test
    void escapesExactlyWhatTheProtocolNames() throws Exception {
        for (int c = 0; c < 0x10000; c++) {
            if (c >= 0xD800 && c <= 0xDFFF) {
                continue; // has no UTF-8
            }
            String text = "a" + (char) c + "b";
            String quoted = quoted(text);
            boolean escaped = quoted.indexOf('\\') >= 0;
            assertThat(escaped)
                    .as("U+%04X in %s", c, quoted)
                    .isEqualTo(ESCAPED.matcher(Character.toString(c)).matches());
            if (c > 0xFF && escaped) {
                assertThat(quoted).isEqualTo("\"a\\u%04xb\"".formatted(c));
            }
            assertThat(MessageReader.read(quoted)).containsExactly(text);
        }
    }

    @Test
    void writesPairsOfSurrogatesBeyondTheBasicPlane() throws Exception {
        assertThat(quoted("😀")).isEqualTo("\"\\ud83d\\ude00\"");
        for (int c = 0x10000; c <= 0x10FFFF; c += 0x101) {
            String text = "x" + Character.toString(c);
            assertThat(quoted(text)).matches("[\\x00-\\x7f]*");
            assertThat(MessageReader.read(quoted(text))).containsExactly(text);
        }
    }

    @Test
    void usesTheShortFormsOfJson() {
        assertThat(quoted("  \u0000\n\r\t\b\f\"\\/ ")).isEqualTo("\"  \\u0000\\n\\r\\t\\b\\f\\\"\\\\/ \"");
    }

    @Test
    void framesOfAPageCannotEndItsScript() throws Exception {
        Encoded hostile = Encoded.of("</script><!--<script>\u2028\"'\\");
        String dressed = Framing.SCRIPT.apply(hostile).toString();

        assertThat(dressed).startsWith("<script>\np(\"a[").endsWith("]\");\n</script>\r\n");
        String literal = dressed.substring("<script>\np(".length(), dressed.length() - ");\n</script>\r\n".length());
        assertThat(literal).doesNotContain("<").doesNotContain("\u2028");
        String frame = MessageReader.read(literal).getFirst();
        assertThat(MessageReader.read(frame.substring(1))).containsExactly(hostile.toString());
    }

    @Test
    void joinsTheMessagesOfAllRuns() {
        Encoded two = Encoded.join(List.of(Encoded.of("b"), Encoded.of("")));
        assertThat(new String(Frames.messages(List.of(Encoded.of("a"), two)), StandardCharsets.UTF_8))
                .isEqualTo("a[\"a\",\"b\",\"\"]");
        assertThat(new String(Frames.close(3000, "Go \"away\"!"), StandardCharsets.UTF_8))
                .isEqualTo("c[3000,\"Go \\\"away\\\"!\"]");
    }
}

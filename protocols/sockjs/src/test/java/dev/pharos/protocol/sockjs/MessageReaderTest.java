package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {

    private static final int ROUNDS = 200_000;
    private static final List<String> WORDS = List.of(
            "[", "]", "\"", ",", "\"a\"", "\\", "\\u", "\\ud800", "\\u00e9", "é", "😀", "{", "}", ":", "null", "1e9",
            " ", "\n", "\u0000", "/*", "\uFEFF", "[[", "\"\"");

    @Test
    void readsArraysOfStrings() throws Exception {
        assertThat(MessageReader.read("[\"a\",\"b\\u00e9\"]")).containsExactly("a", "bé");
        assertThat(MessageReader.read(" [ \"a\" , \"\" ] \n")).containsExactly("a", "");
        assertThat(MessageReader.read("\"one\"")).containsExactly("one");
    }

    @Test
    void anEmptyTextAndAnEmptyArrayHaveNoMessages() throws Exception {
        assertThat(MessageReader.read("")).isEmpty();
        assertThat(MessageReader.read("[]")).isEmpty();
    }

    @Test
    void keepsLoneSurrogatesThatWereEscaped() throws Exception {
        assertThat(MessageReader.read("[\"\\ud800x\"]")).containsExactly("\ud800x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"a", "[\"a\"", "[\"a\",]", "[\"a\"]x", "[\"a\"][\"b\"]", "[1]", "[null]", "[[\"a\"]]",
                        "[{\"a\":\"b\"}]", "{}",
                "null", "a", "[a]", "['a']", "[\"a\u0000\"]", "[\"\\x\"]", "]", "\"a\" \"b\"", "//", "[\"a\"//\n]"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> MessageReader.read(text))
                .isInstanceOf(BadPayloadException.class)
                .hasMessage("Broken JSON encoding.");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        for (byte[] wrong :
                new byte[][] {{(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}}) {
            byte[] body = Arrays.copyOf("[\"".getBytes(StandardCharsets.UTF_8), 4 + wrong.length);
            System.arraycopy(wrong, 0, body, 2, wrong.length);
            body[body.length - 2] = '"';
            body[body.length - 1] = ']';
            assertThatThrownBy(() -> MessageReader.read(body)).isInstanceOf(BadPayloadException.class);
        }
    }

    @Test
    void refusesBombs() throws Exception {
        String most = "[" + "\"\",".repeat(MessageReader.MOST_MESSAGES - 1) + "\"\"]";
        assertThat(MessageReader.read(most)).hasSize(MessageReader.MOST_MESSAGES);
        assertThatThrownBy(() -> MessageReader.read("[\"\"," + most.substring(1)))
                .isInstanceOf(BadPayloadException.class);
        assertThatThrownBy(() -> MessageReader.read("[".repeat(500_000))).isInstanceOf(BadPayloadException.class);
        assertThatThrownBy(() -> MessageReader.read("[" + "9".repeat(500_000))).isInstanceOf(BadPayloadException.class);
        assertThatThrownBy(() -> MessageReader.read("{\"" + "k".repeat(500_000)))
                .isInstanceOf(BadPayloadException.class);
    }

    @Test
    @Timeout(120)
    void anyTextIsReadOrRefused() {
        long seed = System.nanoTime();
        System.out.println("fuzz seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder("[");
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(WORDS.get(random.nextInt(WORDS.size())));
            }
            if (random.nextBoolean()) {
                text.append(']');
            }
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(3) == 0) {
                body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                List<String> read = MessageReader.read(body);
                assertThat(read.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(body.length);
            } catch (BadPayloadException refused) {
                assertThat(refused.sentence()).isEqualTo("Broken JSON encoding.");
            } catch (Throwable e) {
                throw new AssertionError("round " + round + " of seed " + seed + ": " + text, e);
            }
        }
    }
}

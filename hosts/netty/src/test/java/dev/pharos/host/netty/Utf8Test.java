package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    @Test
    void agreesWithTheJdkOnRandomBytesHoweverTheyAreSplit() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = sample(random);
            Utf8 utf8 = new Utf8();
            boolean valid = true;
            for (int at = 0; at < bytes.length && valid; ) {
                int to = at + 1 + random.nextInt(bytes.length - at);
                valid = utf8.check(bytes, at, to);
                at = to;
            }
            assertThat(valid && utf8.complete())
                    .as("seed %d, round %d: %s", seed, round, Arrays.toString(bytes))
                    .isEqualTo(valid(bytes));
        }
    }

    private static byte[] sample(Random random) {
        byte[] bytes = text(random).getBytes(StandardCharsets.UTF_8);
        for (int flaws = random.nextInt(3); flaws > 0 && bytes.length > 0; flaws--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(14); n > 0; n--) {
            int limit = new int[] {0x80, 0x800, 0x10000, 0x110000}[random.nextInt(4)];
            int c = random.nextInt(limit);
            if (c < 0xD800 || c > 0xDFFF) {
                text.appendCodePoint(c);
            }
        }
        return text.toString();
    }

    private static boolean valid(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void refusesAtTheFirstByteThatCannotBe() {
        assertThat(new Utf8().check(new byte[] {(byte) 0xED}, 0, 1)).isTrue();
        assertThat(new Utf8().check(new byte[] {(byte) 0xED, (byte) 0xA0}, 0, 2))
                .as("a surrogate")
                .isFalse();
        assertThat(new Utf8().check(new byte[] {(byte) 0xF4, (byte) 0x90}, 0, 2))
                .as("above U+10FFFF")
                .isFalse();
        assertThat(new Utf8().check(new byte[] {(byte) 0xC0}, 0, 1))
                .as("overlong")
                .isFalse();
    }
}

package dev.pharos.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;

/** A bounded run of random inputs made of a format's own words, spoiled here and there. */
public final class RandomInputs {

    private static final int MAX_WORDS = 60;

    private RandomInputs() {}

    /**
     * Gives {@code count} inputs to {@code check}, and names seed and input when it fails.
     *
     * @param words what inputs are made of; each char is a byte
     */
    public static void feed(int count, String[] words, Consumer<byte[]> check) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            byte[] input = input(words, random);
            try {
                check.accept(input);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %d, input %d: %s"
                                .formatted(seed, i, HexFormat.of().formatHex(input)),
                        e);
            }
        }
    }

    private static byte[] input(String[] words, Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int n = random.nextInt(MAX_WORDS); n > 0; n--) {
            if (random.nextInt(10) == 0) {
                bytes.write(random.nextInt());
            } else {
                bytes.writeBytes(words[random.nextInt(words.length)].getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        byte[] input = bytes.toByteArray();
        for (int n = random.nextInt(3); n > 0 && input.length > 0; n--) {
            input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(input, random.nextInt(input.length + 1)) : input;
    }
}

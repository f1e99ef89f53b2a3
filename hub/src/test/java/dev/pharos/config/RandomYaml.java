package dev.pharos.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** A bounded run of random files made of the words of configurations, spoiled here and there. */
final class RandomYaml {

    private static final int MOST_WORDS = 40;

    private RandomYaml() {}

    /** Gives {@code count} texts to {@code check}, and names the seed and the text when it fails. */
    static void feed(int count, Consumer<String> check) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] words = words();
        for (int i = 0; i < count; i++) {
            String text = text(words, random);
            try {
                check.accept(text);
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", file " + i + ":\n" + text, e);
            }
        }
    }

    private static String[] words() {
        List<String> words = new ArrayList<>(List.of(
                ": ",
                ": ",
                ": ",
                "\n",
                "\n",
                "\n  ",
                "\n  - ",
                "\n    ",
                "- ",
                "[",
                "]",
                "{",
                "}",
                ", ",
                "\"",
                "'",
                "#",
                "|\n",
                ">\n",
                "&a ",
                "*a",
                "!!int ",
                "? ",
                "---\n",
                "...\n",
                "%YAML 1.2\n",
                "~",
                "null",
                "true",
                "off",
                "auto",
                "7",
                "8",
                "1GiB",
                "15s",
                "0.0.0.0:0",
                "/x",
                "HS256",
                "\t",
                "\u0000",
                "\ud800",
                "\ufeff",
                "é"));
        for (Setting<?> setting : Settings.all()) {
            words.addAll(List.of(setting.key().split("\\.")));
        }
        return words.toArray(String[]::new);
    }

    private static String text(String[] words, Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(MOST_WORDS); n > 0; n--) {
            if (random.nextInt(20) == 0) {
                text.append((char) random.nextInt(0x250));
            } else {
                text.append(words[random.nextInt(words.length)]);
            }
        }
        return text.toString();
    }
}

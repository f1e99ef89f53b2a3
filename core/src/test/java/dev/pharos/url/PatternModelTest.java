package dev.pharos.url;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares programs with the regular expressions of the JDK on random nodes and texts. */
class PatternModelTest {

    @Test
    void agreesWithABacktrackingMatcher() {
        long seed = System.nanoTime();
        System.out.println("PatternModelTest seed " + seed);
        Random random = new Random(seed);
        int matches = 0;
        for (int round = 0; round < 3000; round++) {
            StringBuilder regex = new StringBuilder();
            PatternNode node = node(random, regex, 3);
            PatternProgram program;
            try {
                program = PatternCompiler.compile(List.of(node));
            } catch (InvalidUrlPatternException tooLarge) {
                continue;
            }
            Pattern pattern = Pattern.compile(regex.toString());
            for (int i = 0; i < 30; i++) {
                String text = text(random);
                boolean expected = pattern.matcher(text).matches();
                matches += expected ? 1 : 0;
                assertThat(program.matches(text, 0, text.length()))
                        .as("'%s' on '%s', seed %s", regex, text, seed)
                        .isEqualTo(expected);
            }
        }
        assertThat(matches).isGreaterThan(3000);
    }

    @Test
    void parsesRegularExpressionsLikeTheJdk() {
        long seed = System.nanoTime();
        System.out.println("PatternModelTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            StringBuilder regex = new StringBuilder();
            node(random, regex, 3);
            PatternProgram program;
            try {
                program = PatternCompiler.compile(List.of(PatternRegexp.parse(regex.toString())));
            } catch (InvalidUrlPatternException tooLarge) {
                assertThat(tooLarge).hasMessageContaining("more than");
                continue;
            }
            Pattern pattern = Pattern.compile(regex.toString());
            for (int i = 0; i < 20; i++) {
                String text = text(random);
                assertThat(program.matches(text, 0, text.length()))
                        .as("'%s' on '%s', seed %s", regex, text, seed)
                        .isEqualTo(pattern.matcher(text).matches());
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(9); n > 0; n--) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }

    private static PatternNode node(Random random, StringBuilder regex, int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(6)) {
            case 0 -> {
                char c = (char) ('a' + random.nextInt(3));
                regex.append(c);
                yield PatternNode.Chars.of(c);
            }
            case 1 -> {
                regex.append("[^a]");
                yield PatternNode.Chars.of('a').not();
            }
            case 2, 3 -> {
                List<PatternNode> nodes = new ArrayList<>();
                regex.append("(?:");
                for (int n = random.nextInt(4); n > 0; n--) {
                    nodes.add(node(random, regex, depth - 1));
                }
                regex.append(')');
                yield new PatternNode.Sequence(nodes);
            }
            case 4 -> {
                List<PatternNode> nodes = new ArrayList<>();
                regex.append("(?:");
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    nodes.add(node(random, regex, depth - 1));
                    regex.append(n > 1 ? "|" : "");
                }
                regex.append(')');
                yield new PatternNode.Choice(nodes);
            }
            default -> {
                regex.append("(?:");
                PatternNode body = node(random, regex, depth - 1);
                int least = random.nextInt(3);
                int most = random.nextBoolean() ? PatternNode.UNBOUNDED : least + random.nextInt(3);
                regex.append("){").append(least).append(',');
                regex.append(most == PatternNode.UNBOUNDED ? "" : Integer.toString(most))
                        .append('}');
                yield new PatternNode.Repeat(body, least, most);
            }
        };
    }
}

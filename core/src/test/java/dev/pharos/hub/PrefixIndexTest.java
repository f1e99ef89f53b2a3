package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {

    private record Pair(String prefix, int value) {}

    @Test
    void findsValuesOfEveryPrefixShorterFirst() {
        PrefixIndex<String> index = new PrefixIndex<>();
        for (String prefix : List.of("/books/1/", "", "/", "/books/", "/boots/", "/books/1/x")) {
            assertThat(index.add(prefix, prefix, 1)).isTrue();
        }
        assertThat(found(index, "/books/1/y")).containsExactly("", "/", "/books/", "/books/1/");
        assertThat(found(index, "/books/1/x")).containsExactly("", "/", "/books/", "/books/1/", "/books/1/x");
        assertThat(found(index, "/boo")).containsExactly("", "/");
        assertThat(found(index, "x")).containsExactly("");
        assertThat(found(index, "")).containsExactly("");
    }

    @Test
    void keepsDistinctValuesOfAPrefix() {
        PrefixIndex<String> index = new PrefixIndex<>();
        assertThat(index.add("a", "1", 1)).isTrue();
        assertThat(index.add("a", "2", 1)).isTrue();
        assertThat(index.add("a", "1", 1)).isFalse();
        assertThat(index.remove("a", "3", 1)).isFalse();
        assertThat(index.remove("ab", "1", 1)).isFalse();
        assertThat(index.remove("", "1", 1)).isFalse();
        assertThat(found(index, "abc")).containsExactly("1", "2");
        assertThat(index.remove("a", "1", 1)).isTrue();
        assertThat(found(index, "a")).containsExactly("2");
    }

    @Test
    void agreesWithAList() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            PrefixIndex<Integer> index = new PrefixIndex<>();
            List<Pair> list = new ArrayList<>();
            for (int change = 0; change < 400; change++) {
                if (list.isEmpty() || random.nextInt(100) < (change < 250 ? 65 : 30)) {
                    Pair pair = new Pair(text(random, 6), random.nextInt(3));
                    boolean isNew = !list.contains(pair);
                    assertThat(index.add(pair.prefix, pair.value, 1))
                            .as("seed %d", seed)
                            .isEqualTo(isNew);
                    if (isNew) {
                        list.add(pair);
                    }
                } else if (random.nextInt(10) > 0) {
                    Pair pair = list.remove(random.nextInt(list.size()));
                    assertThat(index.remove(pair.prefix, pair.value, 1))
                            .as("seed %d", seed)
                            .isTrue();
                } else {
                    Pair pair = new Pair(text(random, 6), random.nextInt(3));
                    assertThat(index.remove(pair.prefix, pair.value, 1))
                            .as("seed %d", seed)
                            .isEqualTo(list.remove(pair));
                }
                String text = text(random, 9);
                List<Integer> expected = list.stream()
                        .filter(pair -> text.startsWith(pair.prefix))
                        .sorted(Comparator.comparingInt(pair -> pair.prefix.length()))
                        .map(Pair::value)
                        .toList();
                assertThat(found(index, text)).as("seed %d", seed).isEqualTo(expected);
                long prefixes = list.stream().map(Pair::prefix).distinct().count();
                assertThat((long) index.nodes()).as("seed %d", seed).isLessThanOrEqualTo(2 * prefixes + 1);
            }
            list.forEach(pair -> index.remove(pair.prefix, pair.value, 1));
            assertThat(index.isEmpty()).as("seed %d", seed).isTrue();
            assertThat(index.nodes()).isEqualTo(1);
        }
    }

    @Test
    void leavesNothingBehind() {
        PrefixIndex<Integer> index = new PrefixIndex<>();
        for (int i = 0; i < 20_000; i++) {
            index.add("/topic/" + i + "/", i, 1);
        }
        assertThat(index.nodes()).isLessThanOrEqualTo(40_001);
        for (int i = 0; i < 20_000; i++) {
            assertThat(index.remove("/topic/" + i + "/", i, 1)).isTrue();
        }
        assertThat(index.nodes()).isEqualTo(1);
        assertThat(index.isEmpty()).isTrue();
    }

    @Test
    void holdsNestedPrefixesOfFourThousandCharacters() {
        PrefixIndex<Integer> index = new PrefixIndex<>();
        String text = "a".repeat(4_096);
        for (int i = 0; i <= text.length(); i++) {
            index.add(text.substring(0, i), i, 1);
        }
        assertThat(found(index, text)).hasSize(4_097).isSorted();
        for (int i = text.length(); i >= 0; i--) {
            index.remove(text.substring(0, i), i, 1);
        }
        assertThat(index.isEmpty()).isTrue();
    }

    @Test
    void knowsTheWeightThatATextFindsAtMost() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        PrefixIndex<Integer> index = new PrefixIndex<>();
        List<String> prefixes = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            if (prefixes.isEmpty() || random.nextInt(100) < 55) {
                StringBuilder prefix = new StringBuilder();
                for (int i = random.nextInt(6); i > 0; i--) {
                    prefix.append((char) ('a' + random.nextInt(2)));
                }
                if (index.add(prefix.toString(), prefix.length(), prefix.length() + 1)) {
                    prefixes.add(prefix.toString());
                }
            } else {
                String prefix = prefixes.remove(random.nextInt(prefixes.size()));
                assertThat(index.remove(prefix, prefix.length(), prefix.length() + 1))
                        .isTrue();
            }
            long heaviest = 0;
            for (String text : prefixes) {
                long found = prefixes.stream()
                        .filter(text::startsWith)
                        .mapToLong(prefix -> prefix.length() + 1)
                        .sum();
                heaviest = Math.max(heaviest, found);
            }
            assertThat(index.heaviest()).as("seed %d, step %d", seed, step).isEqualTo(heaviest);
        }
    }

    @Test
    void canBeReadWhileItChanges() throws Exception {
        PrefixIndex<String> index = new PrefixIndex<>();
        List<String> fixed = List.of("", "a", "abc", "abcdef");
        fixed.forEach(prefix -> index.add(prefix, prefix, 1));
        AtomicBoolean done = new AtomicBoolean();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> reads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                reads.add(readers.submit(() -> {
                    int count = 0;
                    while (!done.get() || count == 0) {
                        List<String> found = found(index, "abcdefgh");
                        assertThat(found).as("seed %d", seed).containsAll(fixed);
                        assertThat(found).allMatch(prefix -> "abcdefgh".startsWith(prefix));
                        count++;
                    }
                    return count;
                }));
            }
            try {
                for (int i = 0; i < 20_000; i++) {
                    String prefix = random.nextBoolean() ? "abcdefgh".substring(0, random.nextInt(9)) : text(random, 8);
                    if (!fixed.contains(prefix)) {
                        index.add(prefix, prefix, 1);
                        index.remove(prefix, prefix, 1);
                    }
                }
            } finally {
                done.set(true);
            }
            for (Future<Integer> read : reads) {
                assertThat(read.get()).isPositive();
            }
        }
        assertThat(found(index, "abcdefgh")).isEqualTo(fixed);
    }

    private static <V> List<V> found(PrefixIndex<V> index, String text) {
        List<V> values = new ArrayList<>();
        index.forEachPrefixOf(text, values::add);
        return values;
    }

    private static String text(Random random, int maxLength) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(maxLength + 1); n > 0; n--) {
            text.append("abc€".charAt(random.nextInt(4)));
        }
        return text.toString();
    }
}

package dev.pharos.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Finds the word that was probably meant: the one with the fewest changes of letters, if they are few. */
final class Nearest {

    private Nearest() {}

    /** The nearest option or command of {@code spec}. */
    static Optional<String> to(String word, CommandSpec spec) {
        List<String> known = new ArrayList<>();
        if (word.startsWith("-")) {
            spec.options().forEach(option -> known.addAll(Arrays.asList(option.names())));
        } else {
            known.addAll(spec.subcommands().keySet());
        }
        String name = word.startsWith("-") && word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        return known.stream()
                .filter(other -> distance(name, other) <= Math.max(1, other.length() / 3))
                .min(Comparator.comparingInt(other -> distance(name, other)));
    }

    /** How many letters must be changed, added, left out or swapped with their neighbour. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}

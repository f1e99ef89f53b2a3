package dev.pharos.url;

import java.util.ArrayList;
import java.util.List;

/** What a part of a URL may look like: a regular expression over ASCII, without captures. Immutable. */
sealed interface PatternNode {

    int UNBOUNDED = Integer.MAX_VALUE;

    /** Any character, and so a node of its own, since a component has ASCII only. */
    Chars ANY = new Chars(-1L, -1L);

    /** The empty text. What has none of it among its parts is laid out in time proportional to what it takes. */
    PatternNode NOTHING = new Sequence(List.of());

    /** One character of a set: bit c of {@code low} for c below 64, of {@code high} for the others. */
    record Chars(long low, long high) implements PatternNode {

        static Chars of(char c) {
            return c < 64 ? new Chars(1L << c, 0) : new Chars(0, 1L << c);
        }

        static Chars range(int from, int to) {
            Chars set = new Chars(0, 0);
            for (int c = from; c <= Math.min(to, 0x7F); c++) {
                set = set.or(of((char) c));
            }
            return set;
        }

        Chars or(Chars that) {
            return new Chars(low | that.low, high | that.high);
        }

        Chars and(Chars that) {
            return new Chars(low & that.low, high & that.high);
        }

        Chars not() {
            return new Chars(~low, ~high);
        }

        /** The first of them; 128 if there is none. */
        int first() {
            return low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
        }

        boolean contains(int c) {
            return ((c < 64 ? low : high) >>> c & 1) != 0;
        }
    }

    /** One behind the other. */
    record Sequence(List<PatternNode> nodes) implements PatternNode {}

    /** One of several. */
    record Choice(List<PatternNode> nodes) implements PatternNode {}

    /** At least {@code least} and at most {@code most} times. */
    record Repeat(PatternNode node, int least, int most) implements PatternNode {}

    static PatternNode text(String text) {
        List<PatternNode> nodes = new ArrayList<>(text.length());
        for (int i = 0; i < text.length(); i++) {
            nodes.add(Chars.of(text.charAt(i)));
        }
        return new Sequence(nodes);
    }

    static PatternNode sequence(PatternNode... nodes) {
        return new Sequence(List.of(nodes));
    }
}

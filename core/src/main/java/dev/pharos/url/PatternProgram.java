package dev.pharos.url;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An automaton that judges whether a text is one of a regular set, by simulation with bit sets. Immutable.
 *
 * <p>The states are in a row. From each a character may lead to the next, or stay; everything else, such as to leave out,
 * to choose and to repeat, is a jump without a character, of which there are {@link PatternCompiler#MAX_JUMPS} at most.
 * What can be reached from a state by jumps alone is known beforehand. So each character costs a 64th of the number of
 * states, and at most the number of jumps; there is no way back in the text.
 */
final class PatternProgram {

    private static final int STATES_OF_A_JUMP = 16;

    /** Takes every text. */
    static final PatternProgram ALL = new PatternProgram();

    /** What a character does: which states, in which words of the bit set, it leaves for the next and stays in. */
    static final class Row {

        private final int[] words;
        private final long[] moves;
        private final long[] stays;

        Row(int[] words, long[] moves, long[] stays) {
            this.words = words;
            this.moves = moves;
            this.stays = stays;
        }
    }

    private final boolean all;
    private final int last;
    private final int words;
    private final Row[] rows;
    /** Bits of the states that jump. */
    private final long[] jumping;
    /** By word: how many jumping states come before it. */
    private final int[] before;
    /** By jumping state: the states that jumps lead to, as bits of {@link #targets}. */
    private final long[][] reached;

    private final int[] targets;

    private PatternProgram() {
        all = true;
        last = 0;
        words = 0;
        rows = new Row[0];
        jumping = new long[0];
        before = new int[0];
        reached = new long[0][];
        targets = new int[0];
    }

    PatternProgram(int states, Row[] rows, long[] jumping, long[][] reached, int[] targets) {
        all = false;
        last = states - 1;
        words = jumping.length;
        this.rows = rows;
        this.jumping = jumping;
        this.reached = reached;
        this.targets = targets;
        before = new int[words];
        for (int w = 1; w < words; w++) {
            before[w] = before[w - 1] + Long.bitCount(jumping[w - 1]);
        }
    }

    /** A program for parts in a row. */
    static PatternProgram of(List<PatternPart> parts) {
        if (parts.size() == 1) {
            PatternPart part = parts.getFirst();
            boolean any = part.matched() instanceof PatternNode.Repeat(PatternNode node, int least, int most)
                    && node.equals(PatternNode.ANY)
                    && least == 0
                    && most == PatternNode.UNBOUNDED;
            if (any && part.prefix().isEmpty() && part.suffix().isEmpty()) {
                return ALL;
            }
        }
        return PatternCompiler.compile(parts.stream().map(PatternPart::node).toList());
    }

    /** A jump costs as much as some states. */
    int cost() {
        return states() + STATES_OF_A_JUMP * targets.length;
    }

    int states() {
        return all ? 0 : last + 1;
    }

    boolean matches(String text, int from, int to) {
        if (all) {
            return true;
        }
        long[] states = new long[words];
        long[] next = new long[words];
        long[] hit = new long[(targets.length + 63) / 64];
        states[0] = 1;
        jump(states, hit);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            @Nullable Row row = c < 0x80 ? rows[c] : null;
            if (row == null) {
                return false;
            }
            Arrays.fill(next, 0);
            long any = 0;
            for (int k = 0; k < row.words.length; k++) {
                int w = row.words[k];
                long moved = states[w] & row.moves[k];
                next[w] |= (moved << 1) | (states[w] & row.stays[k]);
                if (moved < 0) {
                    next[w + 1] |= 1;
                }
                any |= moved | (states[w] & row.stays[k]);
            }
            if (any == 0) {
                return false;
            }
            long[] swapped = states;
            states = next;
            next = swapped;
            jump(states, hit);
        }
        return (states[last / Long.SIZE] >>> last & 1) != 0;
    }

    private void jump(long[] states, long[] hit) {
        if (hit.length == 0) {
            return;
        }
        Arrays.fill(hit, 0);
        for (int w = 0; w < words; w++) {
            long left = states[w] & jumping[w];
            while (left != 0) {
                long bit = left & -left;
                long[] more = reached[before[w] + Long.bitCount(jumping[w] & (bit - 1))];
                for (int k = 0; k < hit.length; k++) {
                    hit[k] |= more[k];
                }
                left ^= bit;
            }
        }
        for (int k = 0; k < hit.length; k++) {
            for (long left = hit[k]; left != 0; left &= left - 1) {
                int target = targets[64 * k + Long.numberOfTrailingZeros(left)];
                states[target / Long.SIZE] |= 1L << target;
            }
        }
    }
}

package dev.pharos.url;

import dev.pharos.url.PatternNode.Chars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lays the nodes of a pattern out as the states of a program. Used once, by one thread. */
final class PatternCompiler {

    static final int MAX_STATES = 8192;
    static final int MAX_JUMPS = 256;

    private record Jump(int from, int to) {}

    private static final Chars NONE = new Chars(0, 0);

    /** By state: what leads to the next. */
    private final List<Chars> moves = new ArrayList<>();
    /** By state: what stays. */
    private final List<Chars> stays = new ArrayList<>();

    private final List<Jump> jumps = new ArrayList<>();
    /** The state, if it is the current one, that may not be used for a repetition, as other jumps begin there. */
    private int taken;

    private PatternCompiler() {}

    static PatternProgram compile(List<PatternNode> nodes) {
        PatternCompiler compiler = new PatternCompiler();
        for (PatternNode node : nodes) {
            compiler.emit(node);
        }
        return compiler.program();
    }

    private int here() {
        return moves.size();
    }

    private void emit(PatternNode node) {
        switch (node) {
            case Chars set -> state(set, NONE);
            case PatternNode.Sequence sequence -> sequence.nodes().forEach(this::emit);
            case PatternNode.Choice choice -> choose(choice.nodes());
            case PatternNode.Repeat(PatternNode body, int least, int most) -> repeat(body, least, most);
        }
    }

    private void choose(List<PatternNode> alternatives) {
        int start = here();
        taken = start;
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < alternatives.size(); i++) {
            if (i > 0) {
                ends.add(here());
                state(NONE, NONE);
                jump(start, here());
            }
            emit(alternatives.get(i));
        }
        for (int end : ends) {
            jump(end, here());
        }
    }

    private void repeat(PatternNode repeated, int least, int most) {
        PatternNode body = repeated;
        while (body instanceof PatternNode.Sequence sequence && sequence.nodes().size() == 1) {
            body = sequence.nodes().getFirst();
        }
        if (most == PatternNode.UNBOUNDED) {
            if (body instanceof Chars set) {
                stay(set, least);
            } else {
                loop(body, least);
            }
            return;
        }
        for (int i = 0; i < least; i++) {
            emit(body);
        }
        List<Integer> starts = new ArrayList<>();
        for (int i = least; i < most; i++) {
            taken = here();
            starts.add(here());
            emit(body);
        }
        for (int start : starts) {
            jump(start, here());
        }
    }

    private void stay(Chars set, int least) {
        for (int i = 0; i < least; i++) {
            emit(set);
        }
        free();
        jump(here(), here() + 1);
        state(NONE, set);
    }

    /** Ends in a state of its own: what leads to the last one of the body leads back to the first. */
    private void loop(PatternNode body, int least) {
        for (int i = 0; i < least - 1; i++) {
            emit(body);
        }
        int start = here();
        if (least == 0) {
            taken = start;
        }
        free();
        int again = here();
        emit(body);
        jump(here(), again);
        jump(here(), here() + 1);
        state(NONE, NONE);
        if (least == 0) {
            jump(start, here());
        }
    }

    /** Makes sure that no other jump begins at the current state. */
    private void free() {
        if (taken == here()) {
            jump(here(), here() + 1);
            state(NONE, NONE);
        }
    }

    private void state(Chars move, Chars stay) {
        if (here() == MAX_STATES) {
            throw new InvalidUrlPatternException("the pattern needs more than %d states".formatted(MAX_STATES));
        }
        moves.add(move);
        stays.add(stay);
    }

    private void jump(int from, int to) {
        if (jumps.size() == MAX_JUMPS) {
            throw new InvalidUrlPatternException(
                    "the pattern has more than %d wildcards, options and repetitions".formatted(MAX_JUMPS));
        }
        if (from != to) {
            jumps.add(new Jump(from, to));
        }
    }

    private PatternProgram program() {
        int states = here() + 1;
        int words = (states + Long.SIZE - 1) / Long.SIZE;
        int[] targets = jumps.stream().mapToInt(Jump::to).sorted().distinct().toArray();
        TreeMap<Integer, BitSet> reached = new TreeMap<>();
        for (Jump jump : jumps) {
            reached.computeIfAbsent(jump.from, f -> new BitSet()).set(Arrays.binarySearch(targets, jump.to));
        }
        boolean grown = true;
        while (grown) {
            grown = false;
            for (BitSet set : reached.values()) {
                int size = set.cardinality();
                for (int target : set.stream().toArray()) {
                    BitSet further = reached.get(targets[target]);
                    if (further != null) {
                        set.or(further);
                    }
                }
                grown |= set.cardinality() > size;
            }
        }
        long[] jumping = new long[words];
        reached.keySet().forEach(state -> jumping[state / Long.SIZE] |= 1L << state);
        long[][] sets = reached.values().stream()
                .map(set -> Arrays.copyOf(set.toLongArray(), (targets.length + 63) / 64))
                .toArray(long[][]::new);
        return new PatternProgram(states, rows(), jumping, sets, targets);
    }

    /** Rows of the characters; characters of which the pattern says the same share one. */
    private PatternProgram.Row[] rows() {
        Map<Chars, Integer> sets = new LinkedHashMap<>();
        moves.forEach(set -> sets.putIfAbsent(set, sets.size()));
        stays.forEach(set -> sets.putIfAbsent(set, sets.size()));
        Map<BitSet, RowBuilder> groups = new HashMap<>();
        RowBuilder[] byCharacter = new RowBuilder[0x80];
        List<Set<RowBuilder>> bySet = new ArrayList<>();
        sets.forEach((set, index) -> bySet.add(new LinkedHashSet<>()));
        for (int c = 0; c < 0x80; c++) {
            BitSet member = new BitSet();
            for (Map.Entry<Chars, Integer> set : sets.entrySet()) {
                member.set(set.getValue(), set.getKey().contains(c));
            }
            RowBuilder row = groups.computeIfAbsent(member, m -> new RowBuilder());
            byCharacter[c] = row;
            member.stream().forEach(set -> bySet.get(set).add(row));
        }
        for (int state = 0; state < here(); state++) {
            for (RowBuilder row : bySet.get(sets.getOrDefault(moves.get(state), 0))) {
                row.add(state, 1, 0);
            }
            for (RowBuilder row : bySet.get(sets.getOrDefault(stays.get(state), 0))) {
                row.add(state, 0, 1);
            }
        }
        Map<RowBuilder, PatternProgram.Row> built = new HashMap<>();
        PatternProgram.Row[] rows = new PatternProgram.Row[0x80];
        for (int c = 0; c < 0x80; c++) {
            rows[c] = built.computeIfAbsent(byCharacter[c], RowBuilder::build);
        }
        return rows;
    }

    /** A row to which states are added in their order. Compares by identity. */
    private static final class RowBuilder {

        private int[] words = new int[2];
        private long[] moves = new long[2];
        private long[] stays = new long[2];
        private int size;

        void add(int state, long move, long stay) {
            int word = state / Long.SIZE;
            if (size == 0 || words[size - 1] != word) {
                if (size == words.length) {
                    words = Arrays.copyOf(words, 2 * size);
                    moves = Arrays.copyOf(moves, 2 * size);
                    stays = Arrays.copyOf(stays, 2 * size);
                }
                words[size++] = word;
            }
            moves[size - 1] |= move << state;
            stays[size - 1] |= stay << state;
        }

        PatternProgram.Row build() {
            return new PatternProgram.Row(
                    Arrays.copyOf(words, size), Arrays.copyOf(moves, size), Arrays.copyOf(stays, size));
        }
    }
}

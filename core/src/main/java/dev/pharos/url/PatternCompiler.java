package dev.pharos.url;

import dev.pharos.url.PatternNode.Chars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        // Warshall's closure: whatever reaches a state that jumps reaches what that one does.
        reached.forEach((state, further) -> {
            int target = Arrays.binarySearch(targets, state);
            if (target >= 0) {
                for (BitSet set : reached.values()) {
                    if (set.get(target)) {
                        set.or(further);
                    }
                }
            }
        });
        long[] jumping = new long[words];
        reached.keySet().forEach(state -> jumping[state / Long.SIZE] |= 1L << state);
        long[][] sets = reached.values().stream()
                .map(set -> Arrays.copyOf(set.toLongArray(), (targets.length + 63) / 64))
                .toArray(long[][]::new);
        return new PatternProgram(states, rows(), jumping, sets, targets);
    }

    /** Rows of the characters; characters of which the pattern says the same share one. */
    private PatternProgram.Row[] rows() {
        Map<Chars, Places> places = new LinkedHashMap<>();
        for (int state = 0; state < here(); state++) {
            places.computeIfAbsent(moves.get(state), set -> new Places()).moves.set(state);
            places.computeIfAbsent(stays.get(state), set -> new Places()).stays.set(state);
        }
        places.remove(NONE);
        PatternProgram.Row[] rows = new PatternProgram.Row[0x80];
        for (Chars alike : alike(places.keySet())) {
            PatternProgram.Row row = row(alike.first(), places);
            for (int c = alike.first(); c < 0x80; c++) {
                rows[c] = alike.contains(c) ? row : rows[c];
            }
        }
        return rows;
    }

    /** The characters, in sets that each of the given ones has all or nothing of. */
    private static List<Chars> alike(Collection<Chars> sets) {
        List<Chars> alike = new ArrayList<>(List.of(PatternNode.ANY));
        for (Chars set : sets) {
            for (int i = alike.size() - 1; i >= 0; i--) {
                Chars inside = alike.get(i).and(set);
                Chars outside = alike.get(i).and(set.not());
                if (!inside.equals(NONE) && !outside.equals(NONE)) {
                    alike.set(i, inside);
                    alike.add(outside);
                }
            }
        }
        return alike;
    }

    private static PatternProgram.Row row(int c, Map<Chars, Places> places) {
        Places all = new Places();
        places.forEach((set, some) -> {
            if (set.contains(c)) {
                all.moves.or(some.moves);
                all.stays.or(some.stays);
            }
        });
        long[] moves = all.moves.toLongArray();
        long[] stays = all.stays.toLongArray();
        int[] words = new int[Math.max(moves.length, stays.length)];
        int size = 0;
        for (int word = 0; word < words.length; word++) {
            if ((at(moves, word) | at(stays, word)) != 0) {
                words[size++] = word;
            }
        }
        words = Arrays.copyOf(words, size);
        return new PatternProgram.Row(words, these(words, moves), these(words, stays));
    }

    private static long[] these(int[] words, long[] bits) {
        long[] some = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            some[i] = at(bits, words[i]);
        }
        return some;
    }

    private static long at(long[] bits, int word) {
        return word < bits.length ? bits[word] : 0;
    }

    /** The states that a set of characters leads on from, and those it stays in. Compares by identity. */
    private static final class Places {
        private final BitSet moves = new BitSet();
        private final BitSet stays = new BitSet();
    }
}

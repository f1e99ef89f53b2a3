package dev.pharos.hub;

import dev.pharos.hub.UriTemplateParser.Element;
import dev.pharos.hub.UriTemplateParser.Literal;
import dev.pharos.hub.UriTemplateParser.Part;
import dev.pharos.hub.UriTemplateParser.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A URI template (RFC 6570, all four levels) that tells whether a topic could be an expansion of it. Immutable.
 *
 * <p>It asks for the shape of an expansion, as the reference hub of Mercure does: the names of variables are not looked
 * for, the length in {@code {var:3}} bounds nothing, and every expression may be left out, since its variables may be
 * undefined. Literal text compares exactly, but a literal character beyond ASCII stands for itself as well as for the
 * triplets it expands to. A value never holds a raw character beyond ASCII.
 *
 * <p>Matching simulates an automaton with bit sets and never backtracks: it takes time in proportion to the length of
 * the topic times a 64th of the length of the template, and memory in proportion to the latter.
 */
final class UriTemplate implements TopicPattern {

    /** The largest automaton; a template of so many bytes needs no larger one. */
    static final int MAX_STATES = 16_384;

    private final String text;
    private final String prefix;
    private final String suffix;
    /**
     * How many elements lie between prefix and suffix. There are two states for each, before it and within it, kept in
     * a bit set each; so every move leads to the same bit or the next.
     */
    private final int elements;
    /** The length of a bit set with a bit for each element and one for the end. */
    private final int words;
    /** Before which elements one may as well stand behind them. */
    private final long[] optional;
    /** By category: before which elements a symbol of it may be consumed without moving. */
    private final long[] stayBefore;
    /** By category: within which elements a symbol of it may be consumed without moving. */
    private final long[] stayWithin;
    /** Within which elements an ampersand leads into the next; null if there is none. */
    private final long @Nullable [] chained;
    /** The symbols that lead from before an element to behind it or into it, sorted. */
    private final int[] symbols;
    /** Those moves by symbol: runs of words, ascending, of which no other bits are set. */
    private final int[] moveStarts;

    private final int[] moveWords;
    private final long[] moveBehind;
    private final long[] moveInto;

    private UriTemplate(String text, String prefix, String suffix, List<Element> list) {
        this.text = text;
        this.prefix = prefix;
        this.suffix = suffix;
        elements = list.size();
        words = elements / Long.SIZE + 1;
        optional = new long[words];
        stayBefore = new long[words * UriSymbol.CATEGORIES];
        stayWithin = new long[words * UriSymbol.CATEGORIES];
        long[] chain = new long[words];
        boolean chains = false;
        Moves moves = new Moves();
        for (int i = 0; i < elements; i++) {
            switch (list.get(i)) {
                case Literal(int symbol, int alternative) -> {
                    moves.add(symbol, i, true);
                    if (alternative >= 0) {
                        moves.add(alternative, i, true);
                    }
                }
                case Value(int categories) -> {
                    set(optional, i);
                    stay(stayBefore, categories, i);
                }
                case Part(int first, int categories, boolean continues) -> {
                    set(optional, i);
                    stay(stayWithin, categories, i);
                    if (first >= 0) {
                        moves.add(first, i, false);
                    }
                    if (continues) {
                        set(chain, i);
                        chains = true;
                    }
                }
            }
        }
        chained = chains ? chain : null;
        symbols = moves.symbols();
        moveStarts = new int[symbols.length + 1];
        int count = moves.count();
        moveWords = new int[count];
        moveBehind = new long[count];
        moveInto = new long[count];
        moves.copyTo(moveStarts, moveWords, moveBehind, moveInto);
    }

    /**
     * Compiles a template.
     *
     * @return null when the text has no expression, or breaks the grammar, and so is nothing but text
     * @throws IllegalArgumentException if it is a template that needs more than {@link #MAX_STATES} states
     */
    static @Nullable UriTemplate compile(String text) {
        List<Element> list = UriTemplateParser.parse(text);
        if (list == null) {
            return null;
        }
        StringBuilder prefix = new StringBuilder();
        int from = 0;
        while (list.get(from) instanceof Literal(int symbol, int alternative) && alternative < 0) {
            UriSymbol.appendTo(prefix, symbol);
            from++;
        }
        int to = list.size();
        while (list.get(to - 1) instanceof Literal(int symbol, int alternative) && alternative < 0) {
            to--;
        }
        StringBuilder suffix = new StringBuilder();
        for (Element element : list.subList(to, list.size())) {
            UriSymbol.appendTo(suffix, ((Literal) element).symbol());
        }
        if (to - from > MAX_STATES) {
            throw new IllegalArgumentException("a URI template of %d characters needs %d states, more than %d"
                    .formatted(text.length(), to - from, MAX_STATES));
        }
        return new UriTemplate(text, prefix.toString(), suffix.toString(), list.subList(from, to));
    }

    @Override
    public int cost() {
        return Math.max(text.length(), 2 * Long.SIZE * (words - 1));
    }

    @Override
    public String text() {
        return text;
    }

    /** Whether the topic could be an expansion of this template. */
    @Override
    public boolean matches(TopicSpace.Form form) {
        return effort(form.key()) >= 0;
    }

    @Override
    public String literalPrefix() {
        return prefix;
    }

    /**
     * How many words of bit sets it took to judge the topic: the number itself if it matches, the complement if not.
     */
    long effort(String topic) {
        int from = prefix.length();
        int end = topic.length() - suffix.length();
        if (end < from || !topic.startsWith(prefix) || !topic.endsWith(suffix)) {
            return ~0;
        }
        Walk walk = new Walk();
        while (from < end && walk.alive) {
            char c = topic.charAt(from);
            if (c == '%') {
                int symbol = UriSymbol.triplet(topic, from, end);
                if (symbol < 0) {
                    return ~walk.effort;
                }
                walk.step(symbol, UriSymbol.PLAIN);
                from += 3;
            } else if (c < 0x80) {
                walk.step(c, UriSymbol.category(c));
                from++;
            } else {
                int codePoint = topic.codePointAt(from);
                if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                    return ~walk.effort;
                }
                int length = UriSymbol.rawLength(codePoint);
                for (int i = 0; i < length; i++) {
                    walk.step(UriSymbol.raw(codePoint, i, length), UriSymbol.NONE);
                }
                from += Character.charCount(codePoint);
            }
        }
        return walk.atEnd() ? walk.effort : ~walk.effort;
    }

    /** Templates of the same text are equal. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UriTemplate that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static void set(long[] bits, int index) {
        bits[index / Long.SIZE] |= 1L << index;
    }

    private void stay(long[] bits, int categories, int index) {
        for (int category = 0; category < UriSymbol.CATEGORIES; category++) {
            if (((categories >> category) & 1) != 0) {
                bits[category * words + index / Long.SIZE] |= 1L << index;
            }
        }
    }

    /** The states one can be in after a part of a topic. */
    private final class Walk {

        private final long[] before = new long[words];
        private final long[] within = new long[words];
        private boolean alive = true;
        private long effort;

        Walk() {
            before[0] = 1;
            moveSilently();
        }

        boolean atEnd() {
            return alive && (before[elements / Long.SIZE] >>> elements & 1) != 0;
        }

        /** Moves on by one symbol. Downwards, since a bit that leaves a word goes to the next higher one. */
        void step(int symbol, int category) {
            int found = find(symbol);
            int move = found < 0 ? -1 : moveStarts[found + 1] - 1;
            int moveEnd = found < 0 ? 0 : moveStarts[found];
            boolean chains = chained != null && symbol == '&';
            for (int w = words - 1; w >= 0; w--) {
                long b = before[w];
                long i = within[w];
                before[w] = b & stayBefore[category * words + w];
                within[w] = i & stayWithin[category * words + w];
                if (move >= moveEnd && moveWords[move] == w) {
                    within[w] |= b & moveInto[move];
                    shift(b & moveBehind[move], before, w);
                    move--;
                }
                if (chains && chained != null) {
                    shift(i & chained[w], within, w);
                }
            }
            moveSilently();
        }

        /** Adds the bits next to {@code bits}. There is always a word for the bit that leaves this one. */
        private void shift(long bits, long[] to, int w) {
            to[w] |= bits << 1;
            if (bits < 0) {
                to[w + 1] |= 1;
            }
        }

        /**
         * Leaves elements that one is within, and passes optional ones. A run of passes is a carry that ripples through
         * an addition (as in extended Shift-And, Navarro and Raffinot).
         */
        private void moveSilently() {
            long reached = 0;
            long left = 0;
            long carry = 0;
            for (int w = 0; w < words; w++) {
                long passes = optional[w];
                long b = before[w] | (within[w] << 1) | left;
                left = within[w] >>> 63;
                long starts = b & passes;
                long sum = starts + passes + carry;
                carry = ((starts & passes) | ((starts | passes) & ~sum)) >>> 63;
                before[w] = b | (sum ^ passes);
                reached |= before[w] | within[w];
            }
            alive = reached != 0;
            effort += words;
        }

        private int find(int symbol) {
            int low = 0;
            int high = symbols.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (symbols[middle] < symbol) {
                    low = middle + 1;
                } else if (symbols[middle] > symbol) {
                    high = middle - 1;
                } else {
                    return middle;
                }
            }
            return -1;
        }
    }

    /** Collects the moves of symbols, element by element, and packs them. */
    private static final class Moves {

        private final Map<Integer, TreeMap<Integer, long[]>> bySymbol = new TreeMap<>();

        void add(int symbol, int element, boolean behind) {
            long[] masks = bySymbol.computeIfAbsent(symbol, s -> new TreeMap<>())
                    .computeIfAbsent(element / Long.SIZE, w -> new long[2]);
            masks[behind ? 0 : 1] |= 1L << element;
        }

        int[] symbols() {
            return bySymbol.keySet().stream().mapToInt(Integer::intValue).toArray();
        }

        int count() {
            return bySymbol.values().stream().mapToInt(Map::size).sum();
        }

        void copyTo(int[] starts, int[] words, long[] behind, long[] into) {
            int symbol = 0;
            int move = 0;
            for (Map<Integer, long[]> masks : bySymbol.values()) {
                for (Map.Entry<Integer, long[]> word : masks.entrySet()) {
                    words[move] = word.getKey();
                    behind[move] = word.getValue()[0];
                    into[move] = word.getValue()[1];
                    move++;
                }
                starts[++symbol] = move;
            }
        }
    }
}

package dev.pharos.url;

import dev.pharos.url.PatternNode.Chars;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses what stands in a regexp group: the regular part of JavaScript's regular expressions, as the {@code v} flag
 * wants them. Used once, by one thread.
 *
 * <p>Characters, escapes, {@code .}, classes, groups, alternatives, and quantifiers, greedy or not, which is the same for
 * a match of the whole. Refused by name is what has no place in an automaton of a bounded size or in ASCII: assertions
 * (among them {@code ^}, {@code $} and {@code \b}), references back, and properties of Unicode.
 */
final class PatternRegexp {

    private static final int MAX_DEPTH = 50;
    private static final int MAX_COUNT = 1000;
    private static final String SYNTAX = "^$\\.*+?()[]{}|/";
    private static final Chars DIGIT = Chars.range('0', '9');
    private static final Chars WORD =
            DIGIT.or(Chars.range('a', 'z')).or(Chars.range('A', 'Z')).or(Chars.of('_'));
    private static final Chars SPACE = Chars.range('\t', '\r').or(Chars.of(' '));
    private static final Chars LINE_END = Chars.of('\n').or(Chars.of('\r'));

    private final String text;
    private int at;
    private int depth;

    private PatternRegexp(String text) {
        this.text = text;
    }

    static PatternNode parse(String text) {
        PatternRegexp regexp = new PatternRegexp(text);
        PatternNode node = regexp.choice();
        if (regexp.at < text.length()) {
            throw regexp.refused("has an unmatched ')'");
        }
        return node;
    }

    private PatternNode choice() {
        if (++depth > MAX_DEPTH) {
            throw refused("has groups nested more than " + MAX_DEPTH + " deep");
        }
        List<PatternNode> alternatives = new ArrayList<>();
        do {
            alternatives.add(sequence());
        } while (take('|'));
        depth--;
        return alternatives.size() == 1 ? alternatives.getFirst() : new PatternNode.Choice(alternatives);
    }

    private PatternNode sequence() {
        List<PatternNode> nodes = new ArrayList<>();
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            PatternNode node = quantified(atom());
            if (!node.equals(PatternNode.NOTHING)) {
                nodes.add(node);
            }
        }
        return nodes.size() == 1 ? nodes.getFirst() : new PatternNode.Sequence(nodes);
    }

    private PatternNode atom() {
        char c = text.charAt(at++);
        return switch (c) {
            case '.' -> LINE_END.not();
            case '[' -> set();
            case '(' -> group();
            case '\\' -> escape(SYNTAX);
            case '^', '$' -> throw refused("has an assertion, '" + c + "'");
            case '*', '+', '?' -> throw refused("repeats nothing at '" + c + "'");
            case ']', '{', '}' -> throw refused("has an unescaped '" + c + "'");
            default -> Chars.of(c);
        };
    }

    private PatternNode group() {
        if (!take('?')) {
            throw refused("has a capturing group");
        }
        if (take('<')) {
            if (at < text.length() && (text.charAt(at) == '=' || text.charAt(at) == '!')) {
                throw refused("looks behind");
            }
            int close = text.indexOf('>', at);
            if (close <= at) {
                throw refused("has a group without a name");
            }
            for (int i = at; i < close; i++) {
                if (!PatternTokenizer.isNamePart(text.charAt(i), i == at)) {
                    throw refused("has a group with an impossible name");
                }
            }
            at = close + 1;
        } else if (!take(':')) {
            throw refused("has an assertion or a flag in a group");
        }
        PatternNode node = choice();
        if (!take(')')) {
            throw refused("has a group that is not closed");
        }
        return node;
    }

    private PatternNode quantified(PatternNode node) {
        if (at == text.length()) {
            return node;
        }
        int least;
        int most = PatternNode.UNBOUNDED;
        switch (text.charAt(at)) {
            case '*' -> least = 0;
            case '+' -> least = 1;
            case '?' -> {
                least = 0;
                most = 1;
            }
            case '{' -> {
                at++;
                least = number();
                most = least;
                if (take(',')) {
                    most = at < text.length() && Ascii.isDigit(text.charAt(at)) ? number() : PatternNode.UNBOUNDED;
                }
                if (most < least || at == text.length() || text.charAt(at) != '}') {
                    throw refused("has a quantifier that is none");
                }
            }
            default -> {
                return node;
            }
        }
        at++;
        take('?');
        if (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
            throw refused("repeats a repetition");
        }
        return most == 0 || node.equals(PatternNode.NOTHING)
                ? PatternNode.NOTHING
                : new PatternNode.Repeat(node, least, most);
    }

    private int number() {
        int start = at;
        int value = 0;
        while (at < text.length() && Ascii.isDigit(text.charAt(at))) {
            value = Math.min(MAX_COUNT + 1, 10 * value + text.charAt(at++) - '0');
        }
        if (at == start) {
            throw refused("has a quantifier without a number");
        }
        if (value > MAX_COUNT) {
            throw refused("repeats more than " + MAX_COUNT + " times");
        }
        return value;
    }

    /** A class behind its opening bracket: a union, or operands with one operation between them. */
    private Chars set() {
        if (++depth > MAX_DEPTH) {
            throw refused("has classes nested more than " + MAX_DEPTH + " deep");
        }
        boolean negated = take('^');
        Chars set = new Chars(0, 0);
        boolean first = true;
        while (!take(']')) {
            Chars from = member();
            if (first && isOperation()) {
                set = operation(from);
                break;
            }
            first = false;
            if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != '-') {
                at++;
                int low = only(from);
                int high = only(member());
                if (low > high) {
                    throw refused("has a range out of order");
                }
                from = Chars.range(low, high);
            }
            set = set.or(from);
        }
        depth--;
        return negated ? set.not() : set;
    }

    private boolean isOperation() {
        return text.startsWith("&&", at) || text.startsWith("--", at);
    }

    private Chars operation(Chars first) {
        Chars set = first;
        String operator = text.substring(at, at + 2);
        while (text.startsWith(operator, at)) {
            at += 2;
            Chars operand = member();
            set = set.and(operator.equals("&&") ? operand : operand.not());
        }
        if (!take(']')) {
            throw refused("mixes operations on classes");
        }
        return set;
    }

    private Chars member() {
        if (at == text.length()) {
            throw refused("has a class that is not closed");
        }
        char c = text.charAt(at++);
        if (c == '\\') {
            return escape(SYNTAX + "-&!#%,:;<=>@`~");
        }
        if (c == '[') {
            return set();
        }
        if ("(){}/-|".indexOf(c) >= 0) {
            throw refused("has an unescaped '" + c + "' in a class");
        }
        boolean doubled = at < text.length() && text.charAt(at) == c && "&!#$%*+,.:;<=>?@^`~".indexOf(c) >= 0;
        if (doubled) {
            throw refused("has '" + c + c + "' in a class");
        }
        return Chars.of(c);
    }

    private int only(Chars set) {
        if (Long.bitCount(set.low()) + Long.bitCount(set.high()) != 1) {
            throw refused("has a range of a class");
        }
        return set.first();
    }

    private Chars escape(String allowed) {
        char c = text.charAt(at++);
        return switch (c) {
            case 'd' -> DIGIT;
            case 'D' -> DIGIT.not();
            case 'w' -> WORD;
            case 'W' -> WORD.not();
            case 's' -> SPACE;
            case 'S' -> SPACE.not();
            case 't' -> Chars.of('\t');
            case 'n' -> Chars.of('\n');
            case 'v' -> Chars.of('\u000B');
            case 'f' -> Chars.of('\f');
            case 'r' -> Chars.of('\r');
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'p', 'P' -> throw refused("has a property of Unicode");
            case 'b', 'B' -> throw refused("has an assertion, '\\" + c + "'");
            case 'k' -> throw refused("refers back");
            default -> {
                if (Ascii.isDigit(c)) {
                    throw refused("refers back");
                }
                if (allowed.indexOf(c) < 0) {
                    throw refused("has an unknown escape, '\\" + c + "'");
                }
                yield Chars.of(c);
            }
        };
    }

    private Chars hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < text.length() ? Ascii.hex(text.charAt(at++)) : -1;
            if (digit < 0) {
                throw refused("has an escape with too few hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return value < 0x80 ? Chars.of((char) value) : new Chars(0, 0);
    }

    private boolean take(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private InvalidUrlPatternException refused(String why) {
        return new InvalidUrlPatternException("a regexp group " + why);
    }
}

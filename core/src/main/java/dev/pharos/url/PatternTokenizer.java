package dev.pharos.url;

import dev.pharos.url.PatternToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Splits a pattern string into tokens (URL Pattern Standard, section 2.1.2). Used once, by one thread. */
final class PatternTokenizer {

    private final String text;
    /** Whether what is no token is kept as such instead of being refused. */
    private final boolean lenient;

    private final List<PatternToken> tokens = new ArrayList<>();
    private int at;

    private PatternTokenizer(String text, boolean lenient) {
        this.text = text;
        this.lenient = lenient;
    }

    /** The tokens, the last of which is the end. */
    static List<PatternToken> tokenize(String text, boolean lenient) {
        return new PatternTokenizer(text, lenient).run();
    }

    private List<PatternToken> run() {
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            int next = at + Character.charCount(codePoint);
            switch (codePoint) {
                case '*' -> add(Kind.ASTERISK, at, next);
                case '+', '?' -> add(Kind.OTHER_MODIFIER, at, next);
                case '{' -> add(Kind.OPEN, at, next);
                case '}' -> add(Kind.CLOSE, at, next);
                case '\\' -> escaped(next);
                case ':' -> name(next);
                case '(' -> regexp(next);
                default -> add(Kind.CHAR, at, next);
            }
        }
        tokens.add(new PatternToken(Kind.END, at, ""));
        return tokens;
    }

    private void escaped(int from) {
        if (from == text.length()) {
            fail("a backslash at the end escapes nothing", from, at);
            return;
        }
        int end = from + Character.charCount(text.codePointAt(from));
        tokens.add(new PatternToken(Kind.ESCAPED_CHAR, at, text.substring(from, end)));
        at = end;
    }

    private void name(int from) {
        int end = from;
        while (end < text.length() && isNamePart(text.codePointAt(end), end == from)) {
            end += Character.charCount(text.codePointAt(end));
        }
        if (end == from) {
            fail("a colon must be followed by a name, or be escaped", from, at);
            return;
        }
        tokens.add(new PatternToken(Kind.NAME, at, text.substring(from, end)));
        at = end;
    }

    private void regexp(int from) {
        int depth = 1;
        int end = from;
        while (end < text.length() && depth > 0) {
            char c = text.charAt(end);
            boolean last = end == text.length() - 1;
            if (c >= 0x80 || (end == from && c == '?') || (c == '\\' && (last || text.charAt(end + 1) >= 0x80))) {
                fail("a regexp group must be ASCII, complete and not begin with a question mark", from, at);
                return;
            }
            if (c == '\\') {
                end++;
            } else if (c == ')') {
                depth--;
            } else if (c == '(') {
                if (last || text.charAt(end + 1) != '?') {
                    fail("a group within a regexp group must begin with '?:'", from, at);
                    return;
                }
                depth++;
            }
            end++;
        }
        if (depth > 0 || end == from + 1) {
            fail("a regexp group is empty or not closed", from, at);
            return;
        }
        tokens.add(new PatternToken(Kind.REGEXP, at, text.substring(from, end - 1)));
        at = end;
    }

    private void add(Kind kind, int from, int to) {
        tokens.add(new PatternToken(kind, from, text.substring(from, to)));
        at = to;
    }

    private void fail(String why, int next, int from) {
        if (!lenient) {
            throw new InvalidUrlPatternException(why);
        }
        add(Kind.INVALID_CHAR, from, next);
    }

    /** Whether a name may have this character: those of JavaScript's identifiers. */
    static boolean isNamePart(int codePoint, boolean first) {
        if (codePoint == '$' || codePoint == '_') {
            return true;
        }
        if (first) {
            return Character.isUnicodeIdentifierStart(codePoint);
        }
        boolean joiner = codePoint == 0x200C || codePoint == 0x200D;
        return joiner || (Character.isUnicodeIdentifierPart(codePoint) && !Character.isIdentifierIgnorable(codePoint));
    }
}

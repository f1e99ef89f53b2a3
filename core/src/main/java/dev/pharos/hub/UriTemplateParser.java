package dev.pharos.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the grammar of URI templates (RFC 6570 section 2, with erratum 6937, which allows the apostrophe) into the
 * elements an expansion consists of. Used once, by one thread.
 */
final class UriTemplateParser {

    /** One step of an expansion, in the order of the template. */
    sealed interface Element {}

    /**
     * A symbol that is always there.
     *
     * @param alternative another symbol that may stand in its place, or -1
     */
    record Literal(int symbol, int alternative) implements Element {}

    /** Any number of symbols of these categories. */
    record Value(int categories) implements Element {}

    /**
     * Nothing, or the symbol {@code first} followed by any number of symbols of these categories.
     *
     * @param first -1 if this can only follow on the part before it
     * @param continues whether an ampersand leads on to the part behind it
     */
    record Part(int first, int categories, boolean continues) implements Element {}

    private static final int SIMPLE = 1 << UriSymbol.PLAIN;
    private static final int NAMED = SIMPLE | (1 << UriSymbol.EQUALS);
    private static final int MAX_PREFIX_DIGITS = 4;

    private final String text;
    private final List<Element> elements = new ArrayList<>();
    private int at;

    private UriTemplateParser(String text) {
        this.text = text;
    }

    /** The elements, or null when the text is not a template or has no expression. */
    static @Nullable List<Element> parse(String text) {
        if (text.indexOf('{') < 0) {
            return null;
        }
        UriTemplateParser parser = new UriTemplateParser(text);
        while (parser.at < text.length()) {
            boolean valid = text.charAt(parser.at) == '{' ? parser.expression() : parser.literal();
            if (!valid) {
                return null;
            }
        }
        return parser.elements;
    }

    private boolean literal() {
        int c = text.codePointAt(at);
        if (c == '%') {
            int symbol = UriSymbol.triplet(text, at, text.length());
            elements.add(new Literal(symbol, -1));
            at += 3;
            return symbol >= 0;
        }
        if (c < 0x80) {
            elements.add(new Literal(c, -1));
            at++;
            return c > ' ' && c < 0x7F && "\"<>\\^`{|}".indexOf(c) < 0;
        }
        int length = UriSymbol.rawLength(c);
        for (int i = 0; i < length; i++) {
            int octet = UriSymbol.raw(c, i, length);
            elements.add(new Literal(octet, UriSymbol.triplet(octet)));
        }
        at += Character.charCount(c);
        return isUcscharOrPrivate(c);
    }

    private boolean expression() {
        at++;
        char operator = 0;
        if (at < text.length() && "+#./;?&".indexOf(text.charAt(at)) >= 0) {
            operator = text.charAt(at++);
        }
        int variables = 0;
        boolean explodes = false;
        do {
            if (!name()) {
                return false;
            }
            variables++;
            if (skip('*')) {
                explodes = true;
            } else if (skip(':') && !prefixLength()) {
                return false;
            }
        } while (skip(','));
        add(operator, variables, explodes);
        return skip('}');
    }

    private void add(char operator, int variables, boolean explodes) {
        int simple = explodes ? NAMED : SIMPLE;
        switch (operator) {
            case 0 -> value(simple);
            case '+' -> value(UriSymbol.ALL_VALUES);
            case '#' -> elements.add(new Part('#', UriSymbol.ALL_VALUES, false));
            case '.' -> elements.add(new Part('.', simple, false));
            case '/' -> parts('/', simple, UriSymbol.SLASH, variables, explodes);
            case ';' -> parts(';', NAMED, UriSymbol.SEMICOLON, variables, explodes);
            default -> parts(operator, NAMED, UriSymbol.AMPERSAND, variables, explodes);
        }
    }

    /** Adds a value; one beside another is the same as the wider of the two, and one of two is always the wider. */
    private void value(int categories) {
        if (!elements.isEmpty() && elements.getLast() instanceof Value(int before)) {
            elements.set(elements.size() - 1, new Value(before | categories));
        } else {
            elements.add(new Value(categories));
        }
    }

    /** Adds parts of which each is one variable, or one part that holds the separator as well. */
    private void parts(char first, int categories, int separator, int variables, boolean explodes) {
        if (explodes) {
            elements.add(new Part(first, categories | (1 << separator), false));
            return;
        }
        boolean chained = first == '?';
        for (int i = 0; i < variables; i++) {
            elements.add(new Part(chained && i > 0 ? -1 : first, categories, chained && i + 1 < variables));
        }
    }

    private boolean name() {
        boolean afterCharacter = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '.' && afterCharacter) {
                afterCharacter = false;
                at++;
            } else if (c == '_' || (c < 0x80 && Character.isLetterOrDigit(c))) {
                afterCharacter = true;
                at++;
            } else if (UriSymbol.triplet(text, at, text.length()) >= 0) {
                afterCharacter = true;
                at += 3;
            } else {
                break;
            }
        }
        return afterCharacter;
    }

    /** A number from 1 to 9999. It bounds no match: see {@link UriTemplate}. */
    private boolean prefixLength() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at > from && at - from <= MAX_PREFIX_DIGITS && text.charAt(from) != '0';
    }

    private boolean skip(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** RFC 6570 section 1.5: ucschar and iprivate. */
    private static boolean isUcscharOrPrivate(int c) {
        if (c < 0x10000) {
            return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFEF);
        }
        return (c & 0xFFFF) <= 0xFFFD && !(c >= 0xE0000 && c < 0xE1000);
    }
}

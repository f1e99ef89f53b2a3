package dev.pharos.hub;

/**
 * The alphabet in which URI templates and topics are compared: small numbers, each with a category.
 *
 * <p>A symbol is an ASCII character, a whole percent-encoded triplet, or one byte of the UTF-8 form of another
 * character. A {@code %} that does not begin a triplet has no symbol: no expansion holds one. Categories say which
 * expressions a symbol can be part of the value of; a set of categories is a bit set.
 */
final class UriSymbol {

    /** In no value: excluded ASCII, and bytes of raw characters beyond ASCII. */
    static final int NONE = 0;
    /** In every value: unreserved (RFC 6570 section 1.5), comma, and triplets. */
    static final int PLAIN = 1;

    static final int EQUALS = 2;
    static final int SLASH = 3;
    static final int SEMICOLON = 4;
    static final int AMPERSAND = 5;
    /** The other reserved characters. */
    static final int RESERVED = 6;

    static final int CATEGORIES = 7;
    /** The set of all categories but {@link #NONE}. */
    static final int ALL_VALUES = (1 << CATEGORIES) - 2;

    private static final int RAW = 0x80;
    private static final int TRIPLET = 0x100;
    private static final int HIGH_IS_LOWER_CASE = 0x100;
    private static final int LOW_IS_LOWER_CASE = 0x200;

    private static final byte[] CATEGORY = new byte[128];

    static {
        for (char c = 0; c < 128; c++) {
            boolean plain = Character.isLetterOrDigit(c) || "-._~,".indexOf(c) >= 0;
            CATEGORY[c] = (byte) (plain ? PLAIN : ":?#[]@!$'()*+".indexOf(c) >= 0 ? RESERVED : NONE);
        }
        CATEGORY['='] = EQUALS;
        CATEGORY['/'] = SLASH;
        CATEGORY[';'] = SEMICOLON;
        CATEGORY['&'] = AMPERSAND;
    }

    private UriSymbol() {}

    /** The category of an ASCII character, which is its own symbol. */
    static int category(char ascii) {
        return CATEGORY[ascii];
    }

    /** The symbol of the triplet at {@code at}, or -1 if there is none before {@code end}. */
    static int triplet(String text, int at, int end) {
        if (at + 2 >= end || text.charAt(at) != '%') {
            return -1;
        }
        char high = text.charAt(at + 1);
        char low = text.charAt(at + 2);
        if (!isHex(high) || !isHex(low)) {
            return -1;
        }
        return TRIPLET
                + (Character.digit(high, 16) << 4)
                + Character.digit(low, 16)
                + (high >= 'a' ? HIGH_IS_LOWER_CASE : 0)
                + (low >= 'a' ? LOW_IS_LOWER_CASE : 0);
    }

    /** The symbol of the triplet, in upper case, of a byte. */
    static int triplet(int unsignedByte) {
        return TRIPLET + unsignedByte;
    }

    /** The length in UTF-8 of a code point beyond ASCII. */
    static int rawLength(int codePoint) {
        return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** The symbol of byte {@code index} of {@code length} in UTF-8 of a code point beyond ASCII: the byte itself. */
    static int raw(int codePoint, int index, int length) {
        int bits = codePoint >> (6 * (length - 1 - index));
        return index == 0 ? ((0xF00 >> length) & 0xFF) | bits : RAW | (bits & 0x3F);
    }

    /** Appends the text of the symbol of an ASCII character or triplet. */
    static void appendTo(StringBuilder text, int symbol) {
        if (symbol < RAW) {
            text.append((char) symbol);
            return;
        }
        int bits = symbol - TRIPLET;
        char high = Character.forDigit((bits >> 4) & 0xF, 16);
        char low = Character.forDigit(bits & 0xF, 16);
        text.append('%')
                .append((bits & HIGH_IS_LOWER_CASE) != 0 ? high : Character.toUpperCase(high))
                .append((bits & LOW_IS_LOWER_CASE) != 0 ? low : Character.toUpperCase(low));
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    }
}

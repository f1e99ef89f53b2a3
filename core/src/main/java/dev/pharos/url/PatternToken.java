package dev.pharos.url;

/**
 * A piece of a pattern string.
 *
 * @param index where it begins in the text
 * @param value what it stands for: of an escaped character the character, of a name and a regexp group what is in it
 */
record PatternToken(Kind kind, int index, String value) {

    enum Kind {
        OPEN,
        CLOSE,
        REGEXP,
        NAME,
        CHAR,
        ESCAPED_CHAR,
        OTHER_MODIFIER,
        ASTERISK,
        END,
        INVALID_CHAR,
    }

    /** Whether it is this character, meant as such. */
    boolean isText(char c) {
        return value.length() == 1
                && value.charAt(0) == c
                && (kind == Kind.CHAR || kind == Kind.ESCAPED_CHAR || kind == Kind.INVALID_CHAR);
    }
}

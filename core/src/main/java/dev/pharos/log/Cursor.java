package dev.pharos.log;

import org.jspecify.annotations.Nullable;

/**
 * A place in a log: everything at or before it is done with.
 *
 * <p>On the wire it is {@code pos:EPOCH.POSITION}, the position in base 36: an opaque IRI that is safe in a header, a URL
 * query and a cookie.
 *
 * @param epoch the identity of the log: lower-case letters and digits
 * @param position of the last event that is done with, or 0 for none
 */
public record Cursor(String epoch, long position) {

    /** What every cursor on the wire begins with. */
    public static final String PREFIX = "pos:";

    private static final int RADIX = 36;

    /** Checks its parts. */
    public Cursor {
        if (position < 0) {
            throw new IllegalArgumentException("a position is not negative, got " + position);
        }
    }

    /** Whether this text claims to be a cursor, well-formed or not. */
    public static boolean isCursor(String text) {
        return text.startsWith(PREFIX);
    }

    /** Reads a cursor, or gives null when the text is not exactly one as {@link #toString} writes it. */
    public static @Nullable Cursor parse(String text) {
        int dot = text.indexOf('.');
        if (!isCursor(text) || dot <= PREFIX.length() || text.length() > 64) {
            return null;
        }
        for (int i = PREFIX.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            if (i != dot && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')) {
                return null;
            }
        }
        try {
            Cursor cursor = new Cursor(
                    text.substring(PREFIX.length(), dot), Long.parseLong(text, dot + 1, text.length(), RADIX));
            return cursor.toString().equals(text) ? cursor : null;
        } catch (NumberFormatException tooLargeOrEmpty) {
            return null;
        }
    }

    /** What is wrong with a text that claims to be a cursor, for people; or null when it is one. */
    public static @Nullable String fault(String text) {
        if (parse(text) != null) {
            return null;
        }
        int dot = text.indexOf('.');
        if (dot <= PREFIX.length()) {
            return "the cursor is not of the form pos:EPOCH.POSITION";
        }
        String position = text.substring(dot + 1);
        if (position.matches("-[0-9a-z]+")) {
            return "the position in the cursor is negative";
        }
        if (!position.matches("[0-9a-z]+")) {
            return "the position in the cursor is not a number";
        }
        return position.matches("0*[0-9a-z]{1,12}")
                ? "the cursor is not as the hub wrote it"
                : "the position in the cursor is beyond any log";
    }

    static String format(String epoch, long position) {
        return PREFIX + epoch + '.' + Long.toString(position, RADIX);
    }

    @Override
    public String toString() {
        return format(epoch, position);
    }
}

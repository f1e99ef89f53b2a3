package dev.pharos.hub;

/** Text without characters that cannot be seen: neither controls (C0, DEL, C1) nor Unicode's format characters (Cf). */
public final class VisibleText {

    private VisibleText() {}

    /** Where the first character is that does not belong there, or a lone surrogate; -1 if there is none. */
    public static int fault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                continue;
            }
            int codePoint = text.codePointAt(i);
            switch (Character.getType(codePoint)) {
                case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> {
                    return i;
                }
                default -> i += Character.charCount(codePoint) - 1;
            }
        }
        return -1;
    }

    /** Whether there is no such character. */
    public static boolean is(String text) {
        return fault(text) < 0;
    }
}

package dev.pharos.hub;

/** Measures text as UTF-8 without encoding it. */
public final class Utf8 {

    private Utf8() {}

    /** Whether the text has more than so many bytes. */
    public static boolean isLonger(String text, int bytes) {
        return text.length() > bytes / 3 && length(text) > bytes;
    }

    /** The number of bytes; a lone surrogate counts as three. */
    public static int length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                    bytes += 2; // two chars, four bytes
                } else {
                    bytes += 2;
                }
            } else if (c >= 0x80) {
                bytes++;
            }
        }
        return bytes;
    }
}

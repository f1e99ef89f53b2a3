package dev.pharos.host.netty;

import org.jspecify.annotations.Nullable;

/**
 * The characters of HTTP (RFC 9110 section 5.6), as bytes.
 */
final class Grammar {

    static final int CR = '\r';
    static final int LF = '\n';
    static final int TAB = '\t';

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '!'; c < 0x7F; c++) {
            TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }

    private Grammar() {}

    /** Whether names of methods and fields may have it. */
    static boolean isToken(byte c) {
        return c >= 0 && TOKEN[c];
    }

    /** Whether it is a control character other than a tab, which nothing in a head may have. */
    static boolean isControl(byte c) {
        return (c >= 0 && c < ' ' && c != TAB) || c == 0x7F;
    }

    static boolean isBlank(byte c) {
        return c == ' ' || c == TAB;
    }

    /** Whether the bytes are this ASCII text in any case. */
    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
        int length = to - from;
        if (length != text.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int a = bytes[from + i];
            int b = text.charAt(i);
            if (a != b) {
                int letter = a | 0x20;
                if (letter != (b | 0x20) || letter < 'a' || letter > 'z') {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a comma-separated list has this element, in any case. */
    static boolean lists(@Nullable String list, String element) {
        if (list == null) {
            return false;
        }
        int from = 0;
        while (from <= list.length()) {
            int comma = list.indexOf(',', from);
            int to = comma < 0 ? list.length() : comma;
            if (list.substring(from, to).strip().equalsIgnoreCase(element)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    /** A piece of a request as a message may show it. */
    static String shown(byte[] bytes, int from, int to) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to && i < from + 80; i++) {
            out.append(bytes[i] >= ' ' && bytes[i] < 0x7F ? (char) bytes[i] : '?');
        }
        return to - from > 80 ? out.append("...").toString() : out.toString();
    }
}

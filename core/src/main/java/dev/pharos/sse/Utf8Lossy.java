package dev.pharos.sse;

import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 with U+FFFD in place of what is malformed, in number and place as the Encoding standard has it (WHATWG
 * Encoding, section 8.1.1), which the JDK's decoder is not for encoded surrogates.
 */
final class Utf8Lossy {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8Lossy() {}

    static String decode(byte[] bytes, int from, int end) {
        String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : repaired(bytes, from, end);
    }

    private static String repaired(byte[] bytes, int from, int end) {
        StringBuilder text = new StringBuilder(end - from);
        int codePoint = 0;
        int needed = 0;
        int lower = 0x80;
        int upper = 0xBF;
        for (int i = from; i < end; i++) {
            int b = bytes[i] & 0xFF;
            if (needed > 0) {
                if (b >= lower && b <= upper) {
                    lower = 0x80;
                    upper = 0xBF;
                    codePoint = codePoint << 6 | (b & 0x3F);
                    if (--needed == 0) {
                        text.appendCodePoint(codePoint);
                    }
                    continue;
                }
                text.append(REPLACEMENT);
                needed = 0;
                lower = 0x80;
                upper = 0xBF;
            }
            if (b < 0x80) {
                text.append((char) b);
            } else if (b >= 0xC2 && b <= 0xDF) {
                needed = 1;
                codePoint = b & 0x1F;
            } else if (b >= 0xE0 && b <= 0xEF) {
                lower = b == 0xE0 ? 0xA0 : 0x80;
                upper = b == 0xED ? 0x9F : 0xBF;
                needed = 2;
                codePoint = b & 0xF;
            } else if (b >= 0xF0 && b <= 0xF4) {
                lower = b == 0xF0 ? 0x90 : 0x80;
                upper = b == 0xF4 ? 0x8F : 0xBF;
                needed = 3;
                codePoint = b & 0x7;
            } else {
                text.append(REPLACEMENT);
            }
        }
        return needed > 0 ? text.append(REPLACEMENT).toString() : text.toString();
    }
}

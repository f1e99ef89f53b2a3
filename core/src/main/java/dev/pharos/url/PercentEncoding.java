package dev.pharos.url;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding with the sets of the URL Standard, section 1.3. */
final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /** Which ASCII characters are encoded; those beyond ASCII always are. */
    enum Set {
        C0_CONTROL(""),
        FRAGMENT(" \"<>`"),
        QUERY(" \"#<>"),
        SPECIAL_QUERY(" \"#<>'"),
        PATH(" \"#<>?^`{}"),
        USERINFO(" \"#<>?^`{}/:;=@[\\]|"),
        ;

        /** Bit c for the characters below 64, and for those from there on. */
        private final long low;

        private final long high;

        Set(String characters) {
            long below = (1L << ' ') - 1;
            long above = 1L << 0x7F;
            for (int i = 0; i < characters.length(); i++) {
                char c = characters.charAt(i);
                below |= c < 64 ? 1L << c : 0;
                above |= c < 64 ? 0 : 1L << c;
            }
            low = below;
            high = above;
        }

        boolean contains(int codePoint) {
            return codePoint >= 0x80 || ((codePoint < 64 ? low : high) >>> codePoint & 1) != 0;
        }
    }

    private PercentEncoding() {}

    static String encode(String text, Set set) {
        for (int i = 0; i < text.length(); i++) {
            if (set.contains(text.charAt(i))) {
                StringBuilder encoded = new StringBuilder(text.length() + 16).append(text, 0, i);
                int codePoint;
                for (int j = i; j < text.length(); j += Character.charCount(codePoint)) {
                    codePoint = text.codePointAt(j);
                    append(encoded, codePoint, set);
                }
                return encoded.toString();
            }
        }
        return text;
    }

    /** Appends a code point, encoded as UTF-8 if it is in the set. A lone surrogate becomes U+FFFD. */
    static void append(StringBuilder out, int codePoint, Set set) {
        if (!set.contains(codePoint)) {
            out.append((char) codePoint);
            return;
        }
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        String text = Character.toString(surrogate ? 0xFFFD : codePoint);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            out.append('%').append(HEX[octet >> 4 & 0xF]).append(HEX[octet & 0xF]);
        }
    }

    /** The octet of the triplet at a place, or -1 if there is none. */
    static int octetAt(String text, int at, int end) {
        if (at + 2 >= end || text.charAt(at) != '%') {
            return -1;
        }
        int high = Ascii.hex(text.charAt(at + 1));
        int low = Ascii.hex(text.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** Decodes every triplet, and reads the result as UTF-8 with replacement. */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1]) : -1;
            int low = high >= 0 ? hex(bytes[i + 2]) : -1;
            if (low >= 0) {
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    private static int hex(byte octet) {
        return octet < 0 ? -1 : Ascii.hex(octet);
    }
}

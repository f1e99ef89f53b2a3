package dev.pharos.protocol.sockjs;

/**
 * The writer of JSON strings from UTF-8, with the escapes that SockJS wants of a server.
 *
 * <p>Beside what JSON itself wants, these code points are written as {@code \}{@code uXXXX}, because browsers or proxies have
 * mangled them: U+200C to U+200F, U+2028 to U+202F, U+2060 to U+206F, U+FFF0 to U+FFFF, and everything beyond the basic plane as
 * a pair of surrogates. Stateless.
 */
final class JsonText {

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    /** The letter behind the backslash, 'u' for the long form, or 0 for bytes that stay as they are. */
    private static final byte[] ESCAPES = escapes();

    private JsonText() {}

    private static byte[] escapes() {
        byte[] escapes = new byte[256];
        for (int c = 0; c < ' '; c++) {
            escapes[c] = 'u';
        }
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes[0xE2] = 'u';
        escapes[0xEF] = 'u';
        for (int c = 0xF0; c < 256; c++) {
            escapes[c] = 'u';
        }
        return escapes;
    }

    /** Appends a string in quotes: the valid UTF-8 from {@code from} up to {@code end}. */
    static void quote(byte[] utf8, int from, int end, Bytes to) {
        // One pass over local variables: the quick compiler makes no short work of calls.
        byte[] out = to.reserve(end - from + 2);
        int at = to.length();
        out[at++] = '"';
        for (int i = from; i < end; i++) {
            byte b = utf8[i];
            byte escape = ESCAPES[b & 0xFF];
            if (escape == 0) {
                out[at++] = b;
                continue;
            }
            to.length(at);
            if (escape != 'u') {
                out = to.reserve(end - i + 2);
                out[at++] = '\\';
                out[at++] = escape;
                continue;
            }
            i += escape(utf8, i, to) - 1;
            out = to.reserve(end - i + 1);
            at = to.length();
        }
        out[at++] = '"';
        to.length(at);
    }

    /** Appends a code point that may need the long form, and returns how many bytes it had. */
    private static int escape(byte[] utf8, int at, Bytes to) {
        int lead = utf8[at];
        if (lead >= 0) {
            escape(lead, to);
            return 1;
        }
        int length = lead < (byte) 0xF0 ? 3 : 4;
        int point = point(utf8, at, length);
        if (length == 4) {
            escape(Character.highSurrogate(point), to);
            escape(Character.lowSurrogate(point), to);
        } else if (isMangled(point)) {
            escape(point, to);
        } else {
            to.write(utf8, at, length);
        }
        return length;
    }

    /**
     * Appends a frame as a string literal of JavaScript that may stand in a script of a page: {@code <} has a long escape
     * as well, so that nothing in it ends the script or begins a comment.
     *
     * @param frame UTF-8 without control characters and without what {@link #quote} escapes
     */
    static void literal(byte[] frame, Bytes to) {
        to.write('"');
        escape(frame, to);
        to.write('"');
    }

    /** Appends a piece of a frame as such a literal has it. */
    static void escape(byte[] frame, Bytes to) {
        for (byte b : frame) {
            switch (b) {
                case '"', '\\' -> {
                    to.write('\\');
                    to.write(b);
                }
                case '<' -> escape('<', to);
                default -> to.write(b);
            }
        }
    }

    private static boolean isMangled(int point) {
        return (point >= 0x200C && point <= 0x200F)
                || (point >= 0x2028 && point <= 0x202F)
                || (point >= 0x2060 && point <= 0x206F)
                || point >= 0xFFF0;
    }

    private static int point(byte[] utf8, int at, int length) {
        int point = utf8[at] & (length == 3 ? 0x0F : 0x07);
        for (int i = 1; i < length; i++) {
            point = (point << 6) | (utf8[at + i] & 0x3F);
        }
        return point;
    }

    private static void escape(int unit, Bytes to) {
        to.write('\\');
        to.write('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            to.write(HEX[(unit >> shift) & 0xF]);
        }
    }
}

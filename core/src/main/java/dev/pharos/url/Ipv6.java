package dev.pharos.url;

import org.jspecify.annotations.Nullable;

/** IPv6 addresses: parsed as the URL Standard does, written as RFC 5952 does. */
final class Ipv6 {

    private Ipv6() {}

    /** Eight pieces of 16 bits, or null on failure. */
    static int @Nullable [] parse(String text) {
        int[] address = new int[8];
        int piece = 0;
        int compress = -1;
        int at = 0;
        int length = text.length();
        if (length > 0 && text.charAt(0) == ':') {
            if (length < 2 || text.charAt(1) != ':') {
                return null;
            }
            at = 2;
            compress = ++piece;
        }
        while (at < length) {
            if (piece == 8) {
                return null;
            }
            if (text.charAt(at) == ':') {
                if (compress >= 0) {
                    return null;
                }
                at++;
                compress = ++piece;
                continue;
            }
            int value = 0;
            int digits = 0;
            while (digits < 4 && at < length && Ascii.hex(text.charAt(at)) >= 0) {
                value = value << 4 | Ascii.hex(text.charAt(at));
                at++;
                digits++;
            }
            if (at < length && text.charAt(at) == '.') {
                if (digits == 0 || piece > 6 || !embedded(text, at - digits, address, piece)) {
                    return null;
                }
                piece += 2;
                break;
            }
            if (at < length && text.charAt(at) == ':') {
                at++;
                if (at == length) {
                    return null;
                }
            } else if (at < length) {
                return null;
            }
            address[piece++] = value;
        }
        return expand(address, piece, compress);
    }

    /** Moves the pieces behind the compression to the end. */
    private static int @Nullable [] expand(int[] address, int pieces, int compress) {
        if (compress < 0) {
            return pieces == 8 ? address : null;
        }
        int[] expanded = new int[8];
        System.arraycopy(address, 0, expanded, 0, compress);
        int moved = pieces - compress;
        System.arraycopy(address, compress, expanded, 8 - moved, moved);
        return expanded;
    }

    /** Reads the dotted form of the last 32 bits, which must reach to the end. */
    private static boolean embedded(String text, int from, int[] address, int piece) {
        int at = from;
        for (int i = 0; i < 4; i++) {
            if (i > 0) {
                if (at >= text.length() || text.charAt(at) != '.') {
                    return false;
                }
                at++;
            }
            int start = at;
            int value = 0;
            while (at < text.length() && Ascii.isDigit(text.charAt(at))) {
                boolean leadingZero = at > start && value == 0;
                value = 10 * value + text.charAt(at) - '0';
                if (leadingZero || value > 255) {
                    return false;
                }
                at++;
            }
            if (at == start) {
                return false;
            }
            address[piece + i / 2] = address[piece + i / 2] << 8 | value;
        }
        return at == text.length();
    }

    /** With the first longest run of zero pieces compressed. */
    static String serialize(int[] address) {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && address[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                best = i;
                bestLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder(40);
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                text.append(i == 0 ? "::" : ":");
                i += bestLength - 1;
                continue;
            }
            text.append(Integer.toHexString(address[i]));
            if (i < 7) {
                text.append(':');
            }
        }
        return text.toString();
    }
}

package dev.pharos.url;

import org.jspecify.annotations.Nullable;

/** IPv4 addresses as the URL Standard reads them: one to four numbers, decimal, octal or hexadecimal. */
final class Ipv4 {

    private Ipv4() {}

    /** Whether the last label is a number, so that the host is an IPv4 address or an error. */
    static boolean endsInNumber(String host) {
        int end = host.endsWith(".") ? host.length() - 1 : host.length();
        String last = host.substring(host.lastIndexOf('.', end - 1) + 1, end);
        return Ascii.isDigits(last) || (!last.isEmpty() && number(last) != NOT_A_NUMBER);
    }

    /** The address in its usual form, or null on failure. */
    static @Nullable String parse(String host) {
        String text = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4) {
            return null;
        }
        long address = 0;
        for (int i = 0; i < parts.length; i++) {
            long number = parts[i].isEmpty() ? NOT_A_NUMBER : number(parts[i]);
            boolean last = i == parts.length - 1;
            int bytes = last ? 5 - parts.length : 1;
            if (number == NOT_A_NUMBER || number >= 1L << (8 * bytes)) {
                return null;
            }
            address |= last ? number : number << (8 * (3 - i));
        }
        return (address >> 24) + "." + (address >> 16 & 0xFF) + "." + (address >> 8 & 0xFF) + "." + (address & 0xFF);
    }

    private static final long NOT_A_NUMBER = -1;
    private static final long TOO_LARGE = 1L << 40;

    private static long number(String text) {
        int radix = 10;
        int from = 0;
        if (text.startsWith("0x") || text.startsWith("0X")) {
            radix = 16;
            from = 2;
        } else if (text.length() >= 2 && text.charAt(0) == '0') {
            radix = 8;
            from = 1;
        }
        long number = 0;
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0) {
                return NOT_A_NUMBER;
            }
            number = Math.min(TOO_LARGE, number * radix + digit);
        }
        return number;
    }
}

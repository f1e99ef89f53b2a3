package dev.pharos.bench;

import java.nio.charset.StandardCharsets;

/**
 * The mark inside an event's data that tells when it was sent and which one it is: {@code @}, 16 hexadecimal digits of
 * nanoseconds, 8 of the sequence number.
 */
final class Stamp {

    static final int LENGTH = 25;
    /** The sequence number of events that only warm up. */
    static final int UNCOUNTED = -1;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Stamp() {}

    /** Writes a stamp at {@code at}. */
    static void write(byte[] bytes, int at, long nanos, int sequence) {
        bytes[at] = '@';
        for (int i = 0; i < 16; i++) {
            bytes[at + 1 + i] = DIGITS[(int) (nanos >>> (60 - 4 * i)) & 15];
        }
        for (int i = 0; i < 8; i++) {
            bytes[at + 17 + i] = DIGITS[(sequence >>> (28 - 4 * i)) & 15];
        }
    }

    /** The time in the stamp at {@code at}, or -1 when there is none. */
    static long nanos(byte[] bytes, int at) {
        long value = 0;
        for (int i = at + 1; i < at + 17; i++) {
            int digit = digit(bytes[i]);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** The sequence number in the stamp at {@code at}. */
    static int sequence(byte[] bytes, int at) {
        int value = 0;
        for (int i = at + 17; i < at + LENGTH; i++) {
            value = value << 4 | (digit(bytes[i]) & 15);
        }
        return value;
    }

    private static int digit(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
    }
}

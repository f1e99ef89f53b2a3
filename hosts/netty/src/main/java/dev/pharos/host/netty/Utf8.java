package dev.pharos.host.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * An incremental check of UTF-8 (RFC 3629): overlong forms, surrogates and code points above U+10FFFF are refused at the
 * first byte that gives them away.
 */
final class Utf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Continuation bytes still expected. */
    private int missing;
    /** Bounds of the next continuation byte. */
    private int low = 0x80;

    private int high = 0xBF;

    /** Checks the next bytes; false once the text cannot become valid. */
    boolean check(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (missing == 0) {
                while (i + 8 <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
                    i += 8;
                }
                while (i < to && bytes[i] >= 0) {
                    i++;
                }
                if (i == to) {
                    return true;
                }
                if (!lead(bytes[i++] & 0xFF)) {
                    return false;
                }
            } else {
                int b = bytes[i++] & 0xFF;
                if (b < low || b > high) {
                    return false;
                }
                missing--;
                low = 0x80;
                high = 0xBF;
            }
        }
        return true;
    }

    private boolean lead(int b) {
        low = 0x80;
        high = 0xBF;
        if (b >= 0xC2 && b <= 0xDF) {
            missing = 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            missing = 2;
            if (b == 0xE0) {
                low = 0xA0;
            } else if (b == 0xED) {
                high = 0x9F;
            }
        } else if (b >= 0xF0 && b <= 0xF4) {
            missing = 3;
            if (b == 0xF0) {
                low = 0x90;
            } else if (b == 0xF4) {
                high = 0x8F;
            }
        } else {
            return false;
        }
        return true;
    }

    /** Whether the text may end here; afterwards the next one begins. */
    boolean complete() {
        boolean whole = missing == 0;
        missing = 0;
        low = 0x80;
        high = 0xBF;
        return whole;
    }
}

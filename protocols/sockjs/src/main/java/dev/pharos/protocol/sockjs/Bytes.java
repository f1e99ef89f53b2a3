package dev.pharos.protocol.sockjs;

import java.util.Arrays;

/** A growing array of bytes to write to. Not thread-safe. */
final class Bytes {

    private byte[] bytes;
    private int length;

    /** An empty one with room for so many bytes. */
    Bytes(int expected) {
        bytes = new byte[expected];
    }

    void write(int b) {
        reserve(1);
        bytes[length++] = (byte) b;
    }

    void write(byte[] from, int offset, int count) {
        reserve(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    void write(byte[] all) {
        write(all, 0, all.length);
    }

    /** Makes room for so many more, and gives the array to write to behind {@link #length()}, until something else is written. */
    byte[] reserve(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
        }
        return bytes;
    }

    /** The number of bytes so far. */
    int length() {
        return length;
    }

    /** Says how many there are now, after some were written to the reserved array. */
    void length(int now) {
        length = now;
    }

    /** The bytes so far, in an array of their own. */
    byte[] toArray() {
        return length == bytes.length ? bytes.clone() : Arrays.copyOf(bytes, length);
    }
}

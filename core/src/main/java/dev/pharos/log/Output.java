package dev.pharos.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are put together in memory: grows as needed, is used again and again. Not thread-safe. */
final class Output {

    private static final int KEPT_BYTES = 1 << 20;

    private byte[] bytes = new byte[8 << 10];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[KEPT_BYTES];
        }
    }

    /** Forgets what was written from an index on. */
    void cut(int index) {
        size = index;
    }

    /** What has been written, until something more is. */
    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Makes room for a number of bytes to be set later, and gives their index. */
    int skip(int count) {
        int at = size;
        room(count);
        Arrays.fill(bytes, at, at + count, (byte) 0);
        size += count;
        return at;
    }

    void putByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void putInt(int value) {
        setInt(skip(4), value);
    }

    void putLong(long value) {
        setLong(skip(8), value);
    }

    void putVarint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void putText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putVarint(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    void put(Output other) {
        room(other.size);
        System.arraycopy(other.bytes, 0, bytes, size, other.size);
        size += other.size;
    }

    void setInt(int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    void setLong(int at, long value) {
        setInt(at, (int) (value >>> 32));
        setInt(at + 4, (int) value);
    }

    private void room(int count) {
        int needed = Math.addExact(size, count);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length)));
        }
    }
}

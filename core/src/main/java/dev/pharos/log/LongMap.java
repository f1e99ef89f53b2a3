package dev.pharos.log;

/** Positive numbers by 64-bit hashes, in 16 bytes a place and without an object for each. Not thread-safe. */
final class LongMap {

    private long[] keys = new long[16];
    private long[] values = new long[16];
    private int size;

    /** The number stored with a key, or 0. */
    long get(long key) {
        return values[place(key)];
    }

    void put(long key, long value) {
        int place = place(key);
        if (values[place] == 0) {
            size++;
        }
        keys[place] = key;
        values[place] = value;
        if (3 * size > 2 * keys.length) {
            grow();
        }
    }

    int size() {
        return size;
    }

    long bytes() {
        return 16L * keys.length;
    }

    /** All keys, in ascending order. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int next = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != 0) {
                sorted[next++] = keys[i];
            }
        }
        java.util.Arrays.sort(sorted);
        return sorted;
    }

    private int place(long key) {
        int mask = keys.length - 1;
        int place = (int) (key ^ key >>> 32) & mask;
        while (values[place] != 0 && keys[place] != key) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != 0) {
                int place = place(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
        }
    }
}

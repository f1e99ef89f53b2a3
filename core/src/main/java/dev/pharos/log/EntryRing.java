package dev.pharos.log;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries with consecutive positions, found by position, added at the end and removed at the front. Not thread-safe. */
final class EntryRing {

    private @Nullable Entry[] slots = new @Nullable Entry[256];
    private long first = 1;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The position of the first entry; where it would be when there is none. */
    long firstPosition() {
        return first;
    }

    long lastPosition() {
        return first + size - 1;
    }

    void add(Entry entry) {
        if (size == 0) {
            first = entry.position();
        }
        if (size == slots.length) {
            resize(slots.length * 2);
        }
        slots[slot(entry.position())] = entry;
        size++;
    }

    Entry at(long position) {
        return Objects.requireNonNull(slots[slot(position)]);
    }

    Entry removeFirst() {
        Entry entry = at(first);
        slots[slot(first)] = null;
        first++;
        size--;
        if (size < slots.length / 8 && slots.length > 256) {
            resize(slots.length / 4);
        }
        return entry;
    }

    private int slot(long position) {
        return (int) position & (slots.length - 1);
    }

    private void resize(int length) {
        @Nullable Entry[] old = slots;
        @Nullable Entry[] grown = new @Nullable Entry[length];
        for (long at = first; at < first + size; at++) {
            grown[(int) at & (length - 1)] = old[(int) at & (old.length - 1)];
        }
        slots = grown;
    }
}

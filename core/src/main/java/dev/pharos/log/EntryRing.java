package dev.pharos.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Entries with consecutive positions, found by position or by topic, added at the end and removed at the front.
 *
 * <p>Each entry is linked to the one before it of the same topic, so that what follows a position in a quiet topic is found
 * without looking at what follows in all others. Not thread-safe.
 */
final class EntryRing {

    /** How many links are followed before looking at everything is thought to be quicker. */
    private static final int LINKS_FOLLOWED = 1024;

    private @Nullable Entry[] slots = new @Nullable Entry[256];
    /** The link of the first topic of each entry: see {@link Newest#before}. */
    private long[] links = new long[256];
    /** The links of the other topics, of entries that have any. */
    private final Map<Long, long[]> otherLinks = new HashMap<>();

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

    /** Adds an entry, which {@code newest} has just been told of. */
    void add(Entry entry, Newest newest) {
        long position = entry.position();
        if (size == 0) {
            first = position;
        }
        if (size == slots.length) {
            resize(slots.length * 2);
        }
        slots[slot(position)] = entry;
        links[slot(position)] = newest.before(0);
        int topics = entry.event().topics().size();
        if (topics > 1) {
            long[] others = new long[topics - 1];
            for (int i = 1; i < topics; i++) {
                others[i - 1] = newest.before(i);
            }
            otherLinks.put(position, others);
        }
        size++;
    }

    Entry at(long position) {
        return Objects.requireNonNull(slots[slot(position)]);
    }

    Entry removeFirst() {
        Entry entry = at(first);
        slots[slot(first)] = null;
        if (entry.event().topics().size() > 1) {
            otherLinks.remove(first);
        }
        first++;
        size--;
        if (size < slots.length / 8 && slots.length > 256) {
            resize(slots.length / 4);
        }
        return entry;
    }

    /**
     * The positions here, ascending, behind {@code after} of all entries with one of some topics; null when there are many
     * or it is not known without looking at everything.
     */
    long @Nullable [] behind(long after, Set<String> topics, Newest newest) {
        long least = Math.max(after + 1, first);
        long[] found = new long[16];
        int count = 0;
        for (String topic : topics) {
            long position = newest.lastOf(topic);
            while (position >= least) {
                int place = at(position).event().topics().indexOf(topic);
                if (place < 0 || count == LINKS_FOLLOWED) {
                    return null; // the topic has been forgotten, or is no quiet one
                }
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = position;
                position = link(position, place);
                if (-position >= least) {
                    return null;
                }
            }
        }
        if (topics.size() == 1) {
            reverse(found, count);
            return Arrays.copyOf(found, count);
        }
        return Arrays.stream(found, 0, count).sorted().distinct().toArray();
    }

    private long link(long position, int place) {
        if (place == 0) {
            return links[slot(position)];
        }
        return Objects.requireNonNull(otherLinks.get(position))[place - 1];
    }

    private static void reverse(long[] values, int count) {
        for (int i = 0, j = count - 1; i < j; i++, j--) {
            long value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    private int slot(long position) {
        return (int) position & (slots.length - 1);
    }

    private void resize(int length) {
        @Nullable Entry[] oldSlots = slots;
        long[] oldLinks = links;
        @Nullable Entry[] newSlots = new @Nullable Entry[length];
        long[] newLinks = new long[length];
        for (long at = first; at < first + size; at++) {
            int from = (int) at & (oldSlots.length - 1);
            int to = (int) at & (length - 1);
            newSlots[to] = oldSlots[from];
            newLinks[to] = oldLinks[from];
        }
        slots = newSlots;
        links = newLinks;
    }
}

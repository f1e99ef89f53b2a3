package dev.pharos.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events behind which everything else was dropped, kept as the newest of a topic. Not thread-safe: guarded by its log.
 */
final class Survivors {

    private final Newest newest;
    private final Floors floors;
    private final long maxBytes;
    private final TreeMap<Long, Entry> byPosition = new TreeMap<>();
    /** The earliest with an id or an idempotency key, by {@link Hashes}. */
    private final Map<Long, Long> byName = new HashMap<>();

    private final Hashes hashes;
    private long bytes;

    Survivors(Newest newest, Floors floors, long maxBytes, Hashes hashes) {
        this.newest = newest;
        this.floors = floors;
        this.maxBytes = maxBytes;
        this.hashes = hashes;
    }

    /** Keeps an event that is dropped elsewhere, or drops it, too, when it is not among the newest of a topic. */
    void add(Entry entry) {
        if (!newest.holds(entry.event(), entry.position())) {
            floors.dropped(entry.event(), entry.position());
            return;
        }
        byPosition.put(entry.position(), entry);
        bytes += Sizes.of(entry.event());
        String id = entry.event().id();
        if (id != null) {
            byName.merge(hashes.id(id), entry.position(), Math::min);
        }
        String key = entry.event().idempotencyKey();
        if (key != null) {
            byName.merge(hashes.idempotencyKey(key), entry.position(), Math::min);
        }
        while (bytes > maxBytes) {
            drop(byPosition.firstEntry().getValue());
        }
    }

    /** A position is no longer the newest of some topic: a survivor that no other topic holds goes. */
    void release(long position) {
        Entry survivor = byPosition.get(position);
        if (survivor != null && !newest.holds(survivor.event(), position)) {
            drop(survivor);
        }
    }

    /** Drops what is older; says whether there was any. */
    boolean dropBefore(long time) {
        boolean any = false;
        while (!byPosition.isEmpty() && byPosition.firstEntry().getValue().time() < time) {
            drop(byPosition.firstEntry().getValue());
            any = true;
        }
        return any;
    }

    private void drop(Entry survivor) {
        long position = survivor.position();
        byPosition.remove(position);
        bytes -= Sizes.of(survivor.event());
        String id = survivor.event().id();
        if (id != null) {
            byName.remove(hashes.id(id), position);
        }
        String key = survivor.event().idempotencyKey();
        if (key != null) {
            byName.remove(hashes.idempotencyKey(key), position);
        }
        floors.dropped(survivor.event(), position);
    }

    /** The position of the earliest with this name, or 0; to be checked against the event. */
    long find(long name) {
        return byName.getOrDefault(name, 0L);
    }

    @org.jspecify.annotations.Nullable
    Entry at(long position) {
        return byPosition.get(position);
    }

    /** Those behind a position, up to another, in order. */
    Iterable<Entry> between(long after, long upTo) {
        return byPosition.subMap(after, false, upTo, true).values();
    }

    /** The last position, up to a limit, before the next of them behind a position. */
    long emptyFrom(long position, long limit) {
        Long following = byPosition.higherKey(position);
        return following == null ? limit : Math.min(following - 1, limit);
    }

    /** Those up to a position, the newest first. */
    Iterable<Entry> backwardsFrom(long position) {
        return byPosition.headMap(position, true).descendingMap().values();
    }

    List<Entry> all() {
        return new ArrayList<>(byPosition.values());
    }

    int count() {
        return byPosition.size();
    }

    long bytes() {
        return bytes;
    }
}

package dev.pharos.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kept events that have an idempotency key, by that key.
 *
 * <p>Not thread-safe: guarded by its log, which bounds it by what it keeps.
 */
final class IdempotencyKeys {

    private final Map<String, Entry> kept = new HashMap<>();

    static boolean anyIn(List<Event> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).idempotencyKey() != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * The kept events that some of {@code events} repeat, by key, in a map of the caller's own.
     *
     * @throws IdempotencyConflictException when one of them is not equal to the kept event, or to the one before it, that
     *     has its key
     */
    Map<String, Entry> repeatedBy(List<Event> events) {
        Map<String, Entry> repeated = new HashMap<>();
        Map<String, Event> fresh = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            String key = event.idempotencyKey();
            if (key == null) {
                continue;
            }
            Entry entry = kept.get(key);
            Event first = entry == null ? fresh.putIfAbsent(key, event) : entry.event();
            if (first != null && !first.equals(event)) {
                throw new IdempotencyConflictException(i);
            }
            if (entry != null) {
                repeated.put(key, entry);
            }
        }
        return repeated;
    }

    void kept(Entry entry) {
        String key = entry.event().idempotencyKey();
        if (key != null) {
            kept.put(key, entry);
        }
    }

    void dropped(Event event) {
        String key = event.idempotencyKey();
        if (key != null) {
            kept.remove(key);
        }
    }

    int size() {
        return kept.size();
    }
}

package dev.pharos.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Distinct things in no order: to add and to remove one costs the same however many there are. Not thread-safe. */
final class Bag<V> {

    private static final int SEARCHED = 16;

    private final ArrayList<V> members = new ArrayList<>(1);
    /** Where each is, once there have been more than can be searched quickly. */
    private @Nullable Map<V, Integer> places;

    boolean isEmpty() {
        return members.isEmpty();
    }

    int size() {
        return members.size();
    }

    V get(int index) {
        return members.get(index);
    }

    void forEach(Consumer<? super V> sink) {
        for (int i = 0; i < members.size(); i++) {
            sink.accept(members.get(i));
        }
    }

    void add(V member) {
        members.add(member);
        if (places != null) {
            places.put(member, members.size() - 1);
        } else if (members.size() > SEARCHED) {
            Map<V, Integer> known = new HashMap<>();
            for (int i = 0; i < members.size(); i++) {
                known.put(members.get(i), i);
            }
            places = known;
        }
    }

    /** Removes one; false if it is not there. */
    boolean remove(V member) {
        Map<V, Integer> known = places;
        Integer place = known == null ? Integer.valueOf(members.indexOf(member)) : known.remove(member);
        if (place == null || place < 0) {
            return false;
        }
        V moved = members.removeLast();
        if (!moved.equals(member)) {
            members.set(place, moved);
            if (known != null) {
                known.put(moved, place);
            }
        }
        if (members.isEmpty()) {
            places = null;
        }
        return true;
    }

    /** Removes one from the bag of a key, and the bag when it was the last; whether it was. */
    static <K, V> boolean removeFrom(Map<K, Bag<V>> bags, K key, V member) {
        Bag<V> bag = bags.get(key);
        if (bag != null && bag.remove(member) && bag.isEmpty()) {
            bags.remove(key);
            return true;
        }
        return false;
    }
}

package dev.pharos.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Distinct audiences in no order: to add and to remove one costs the same however many there are. Not thread-safe. */
final class AudienceList {

    private static final int SEARCHED = 16;

    private final ArrayList<Audience> members = new ArrayList<>(1);
    /** Where each is, once there have been more than can be searched quickly. */
    private @Nullable Map<Audience, Integer> places;

    boolean isEmpty() {
        return members.isEmpty();
    }

    int size() {
        return members.size();
    }

    Audience get(int index) {
        return members.get(index);
    }

    void forEach(Consumer<Audience> sink) {
        for (int i = 0; i < members.size(); i++) {
            sink.accept(members.get(i));
        }
    }

    void add(Audience audience) {
        members.add(audience);
        if (places != null) {
            places.put(audience, members.size() - 1);
        } else if (members.size() > SEARCHED) {
            Map<Audience, Integer> known = new HashMap<>();
            for (int i = 0; i < members.size(); i++) {
                known.put(members.get(i), i);
            }
            places = known;
        }
    }

    /** Removes an audience; false if it is not there. */
    boolean remove(Audience audience) {
        Map<Audience, Integer> known = places;
        Integer place = known == null ? Integer.valueOf(members.indexOf(audience)) : known.remove(audience);
        if (place == null || place < 0) {
            return false;
        }
        Audience moved = members.removeLast();
        if (moved != audience) {
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
}

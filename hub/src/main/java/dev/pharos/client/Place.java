package dev.pharos.client;

import dev.pharos.log.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscriber has come: the id to resume with, and the newest position it has delivered.
 *
 * <p>Outlives connections; used by one thread at a time.
 */
final class Place {

    private @Nullable String lastEventId;
    private boolean moved;
    private @Nullable Cursor delivered;

    Place(@Nullable String lastEventId) {
        this.lastEventId = lastEventId;
    }

    @Nullable
    String lastEventId() {
        return lastEventId;
    }

    /** Whether the hub has given no place yet. */
    boolean fresh() {
        return !moved;
    }

    /** The hub has given this id. */
    void moveTo(String id) {
        if (!id.isEmpty()) {
            lastEventId = id;
            moved = true;
        }
    }

    /** Whether an event with this id was delivered already, judged by its position if the id tells it. */
    boolean isBehind(String id) {
        Cursor cursor = Cursor.parse(id);
        return cursor != null
                && delivered != null
                && cursor.epoch().equals(delivered.epoch())
                && cursor.position() <= delivered.position();
    }

    /** An event with this id was delivered. */
    void deliver(String id) {
        moveTo(id);
        Cursor cursor = Cursor.parse(id);
        if (cursor != null) {
            delivered = cursor;
        }
    }
}

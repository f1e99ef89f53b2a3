package dev.pharos.log;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last dropped position of each topic, bounded, and a watermark for the topics that were forgotten.
 *
 * <p>Not thread-safe: guarded by its log. Public and private events have floors of their own, since the loss of an event
 * that a reader was never allowed to see is no loss to it.
 */
final class Floors {

    private final int maxTopics;
    private final long maxBytes;
    private final LinkedHashMap<String, Floor> byTopic = new LinkedHashMap<>();
    private final Floor forgotten = new Floor();
    private long bytes;
    private long highest;

    Floors(int maxTopics, long maxBytes) {
        this.maxTopics = maxTopics;
        this.maxBytes = maxBytes;
    }

    /** Remembers that an event was dropped. */
    void dropped(Event event, long position) {
        for (String topic : event.topics()) {
            raise(topic, event.isPrivate(), position);
        }
    }

    /** Remembers that an event with this topic was dropped. */
    private void raise(String topic, boolean isPrivate, long position) {
        highest = Math.max(highest, position);
        Floor floor = byTopic.get(topic);
        if (floor == null) {
            floor = new Floor();
            bytes += Sizes.ofText(topic) + Floor.BYTES;
        }
        byTopic.putLast(topic, floor);
        floor.raise(isPrivate, position);
        while (byTopic.size() > maxTopics || bytes > maxBytes) {
            forgetEldest();
        }
    }

    /** Takes over what another one has remembered. */
    void merge(Floors other) {
        other.byTopic.forEach((topic, floor) -> {
            raise(topic, false, floor.visible);
            raise(topic, true, floor.hidden);
        });
        forgotten.raise(false, other.forgotten.visible);
        forgotten.raise(true, other.forgotten.hidden);
        highest = Math.max(highest, other.highest);
    }

    /** Remembers that any event up to this position may have been dropped. */
    void forgetTo(long position) {
        forgotten.raise(false, position);
        forgotten.raise(true, position);
        highest = Math.max(highest, position);
    }

    void write(Output out) {
        out.putVarint(forgotten.visible);
        out.putVarint(forgotten.hidden);
        out.putVarint(byTopic.size());
        byTopic.forEach((topic, floor) -> {
            out.putText(topic);
            out.putVarint(floor.visible);
            out.putVarint(floor.hidden);
        });
    }

    /** Takes over what was written. */
    void read(ByteBuffer from) {
        forgotten.raise(false, Records.varint(from));
        forgotten.raise(true, Records.varint(from));
        highest = Math.max(highest, forgotten.highest());
        for (long count = Records.varint(from); count > 0; count--) {
            String topic = Records.text(from);
            raise(topic, false, Records.varint(from));
            raise(topic, true, Records.varint(from));
        }
    }

    /**
     * The last dropped position behind {@code after} that {@code filter} could have matched, or 0.
     *
     * <p>A private event that could be seen has a topic that is selected and one that is permitted, so it lies no further
     * than the last dropped one of either kind.
     */
    long above(long after, Filter filter) {
        if (highest <= after) {
            return 0;
        }
        long floor = newest(filter.topics(), filter::selects, false, after);
        if (filter.seesPrivate()) {
            long above = Math.max(floor, after);
            long selected = newest(filter.topics(), filter::selects, true, above);
            if (selected > above) {
                floor = Math.max(
                        floor, Math.min(selected, newest(filter.permittedTopics(), filter::permits, true, above)));
            }
        }
        return floor > after ? floor : 0;
    }

    /**
     * The last dropped position of a public or private event of some topics; one at or below {@code after} may be given as
     * any such.
     *
     * @param listed all the topics that are meant, or null when only the predicate knows
     */
    private long newest(@Nullable Set<String> listed, Predicate<String> isMeant, boolean isPrivate, long after) {
        long floor = forgotten.of(isPrivate);
        if (listed != null && listed.size() < byTopic.size()) {
            for (String topic : listed) {
                Floor own = byTopic.get(topic);
                if (own != null) {
                    floor = Math.max(floor, own.of(isPrivate));
                }
            }
        } else {
            // The latest drop is most often the highest, and what is below it need not be looked at.
            for (Map.Entry<String, Floor> own : byTopic.sequencedEntrySet().reversed()) {
                long position = own.getValue().of(isPrivate);
                if (position > Math.max(floor, after) && isMeant.test(own.getKey())) {
                    floor = position;
                }
            }
        }
        return floor;
    }

    int topics() {
        return byTopic.size();
    }

    private void forgetEldest() {
        Iterator<Map.Entry<String, Floor>> eldest = byTopic.entrySet().iterator();
        Map.Entry<String, Floor> gone = eldest.next();
        forgotten.raise(false, gone.getValue().visible);
        forgotten.raise(true, gone.getValue().hidden);
        bytes -= Sizes.ofText(gone.getKey()) + Floor.BYTES;
        eldest.remove();
    }

    /** The last dropped public and private position. */
    private static final class Floor {
        static final int BYTES = 96;

        private long visible;
        private long hidden;

        void raise(boolean isPrivate, long position) {
            if (isPrivate) {
                hidden = Math.max(hidden, position);
            } else {
                visible = Math.max(visible, position);
            }
        }

        long highest() {
            return Math.max(visible, hidden);
        }

        long of(boolean isPrivate) {
            return isPrivate ? hidden : visible;
        }
    }
}

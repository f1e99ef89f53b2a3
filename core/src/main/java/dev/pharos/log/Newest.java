package dev.pharos.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The positions of the newest events of each topic, for a bounded number of topics: those written to last.
 *
 * <p>Not thread-safe: guarded by its log.
 */
final class Newest {

    private static final int BYTES = 112;

    private final int perTopic;
    private final int maxTopics;
    private final long maxBytes;
    private final LinkedHashMap<String, long[]> byTopic = new LinkedHashMap<>();
    private long bytes;
    private long forgotten;
    /** What {@link #before} tells. */
    private long[] before = new long[1];

    /**
     * @param perTopic how many positions are kept of each topic, at least 1
     * @param maxBytes bounds the memory for topics and positions
     */
    Newest(int perTopic, int maxTopics, long maxBytes) {
        this.perTopic = perTopic;
        this.maxTopics = maxTopics;
        this.maxBytes = maxBytes;
    }

    /** Takes in a new event and reports each position that is no longer among the newest of some topic. */
    void appended(Event event, long position, LongConsumer superseded) {
        List<String> topics = event.topics();
        if (before.length < topics.size()) {
            before = new long[topics.size()];
        }
        for (int i = 0; i < topics.size(); i++) {
            String topic = topics.get(i);
            long[] positions = byTopic.get(topic);
            before[i] = positions == null ? -forgotten : positions[0];
            if (positions == null) {
                positions = new long[perTopic];
                bytes += weight(topic);
            }
            byTopic.putLast(topic, positions);
            long oldest = positions[perTopic - 1];
            if (positions[0] == position) {
                continue; // the same topic twice in one event
            }
            System.arraycopy(positions, 0, positions, 1, perTopic - 1);
            positions[0] = position;
            if (oldest > 0) {
                superseded.accept(oldest);
            }
        }
        shrink(superseded);
    }

    /**
     * The position of the event before the one appended last that has the same topic, by the place of the topic in that
     * event: 0 for none, and a negative position when none behind it has that topic and more is not known.
     */
    long before(int topic) {
        return before[topic];
    }

    /** Whether the event at this position is among the newest of one of its topics. */
    boolean holds(Event event, long position) {
        for (String topic : event.topics()) {
            long[] positions = byTopic.get(topic);
            if (positions != null) {
                for (long newest : positions) {
                    if (newest == position) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** No event of a topic lies behind this position, as far as is known without looking. */
    long lastOf(String topic) {
        long[] positions = byTopic.get(topic);
        return positions == null ? forgotten : positions[0];
    }

    int topics() {
        return byTopic.size();
    }

    void write(Output out) {
        out.putVarint(forgotten);
        out.putVarint(perTopic);
        out.putVarint(byTopic.size());
        byTopic.forEach((topic, positions) -> {
            out.putText(topic);
            for (long position : positions) {
                out.putVarint(position);
            }
        });
    }

    /** Takes over what was written, maybe with other bounds; nothing may have been appended yet. */
    void read(ByteBuffer from) {
        forgotten = Records.varint(from);
        int written = (int) Records.varint(from);
        for (long count = Records.varint(from); count > 0; count--) {
            String topic = Records.text(from);
            long[] positions = new long[Math.max(perTopic, written)];
            for (int i = 0; i < written; i++) {
                positions[i] = Records.varint(from);
            }
            byTopic.putLast(topic, Arrays.copyOf(positions, perTopic));
            bytes += weight(topic);
        }
        shrink(position -> {});
    }

    /** Forgets positions behind the end of a log that a crash has cut. */
    void cut(long end) {
        for (long[] positions : byTopic.values()) {
            int gone = 0;
            while (gone < perTopic && positions[gone] > end) {
                gone++;
            }
            System.arraycopy(positions, gone, positions, 0, perTopic - gone);
            Arrays.fill(positions, perTopic - gone, perTopic, 0);
        }
    }

    private void shrink(LongConsumer superseded) {
        while (byTopic.size() > maxTopics || (bytes > maxBytes && byTopic.size() > 1)) {
            var eldest = byTopic.firstEntry();
            byTopic.remove(eldest.getKey());
            bytes -= weight(eldest.getKey());
            forgotten = Math.max(forgotten, eldest.getValue()[0]);
            for (long gone : eldest.getValue()) {
                if (gone > 0) {
                    superseded.accept(gone);
                }
            }
        }
    }

    private int weight(String topic) {
        return BYTES + Sizes.ofText(topic) + 8 * perTopic;
    }
}

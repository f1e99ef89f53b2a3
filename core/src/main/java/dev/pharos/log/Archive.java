package dev.pharos.log;

import dev.pharos.log.EventLog.Batch;
import dev.pharos.log.EventLog.Bounds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a segment log keeps, and reading it: the segments, the survivors, and what is known of what was dropped.
 *
 * <p>Thread-safe. The lock is held for moments only, never while a file is read or written.
 */
final class Archive {

    private static final int READ_AT_ONCE = 1024;
    /** A stretch of a segment that is read to find the newest events in it. */
    private static final int MOST_BACKWARDS = Integer.MAX_VALUE;

    private final String where;
    private final String epoch;
    private final Hashes hashes;
    final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock; end is also read without it.
    final Newest newest;
    final Floors floors;
    final Survivors survivors;
    final TreeMap<Long, Segment> segments = new TreeMap<>();
    private List<Head.Hole> holes = List.of();
    private EventLog.TailListener tail = entries -> {};
    private volatile long end;

    Archive(String where, Head head, SegmentLog.Retention retention) {
        this.where = where;
        this.epoch = head.epoch();
        this.hashes = new Hashes(head.seed());
        this.newest = retention.newest();
        this.floors = retention.floors();
        this.survivors = new Survivors(newest, floors, retention.keepLastBytes(), hashes);
    }

    String epoch() {
        return epoch;
    }

    Hashes hashes() {
        return hashes;
    }

    long end() {
        return end;
    }

    /** What crashes and repairs have left, and where the log ends: at recovery. */
    void recovered(Head head, long last) {
        lock.lock();
        try {
            holes = head.holes();
            if (head.lostTo() > 0) {
                floors.forgetTo(head.lostTo());
            }
            end = last;
        } finally {
            lock.unlock();
        }
    }

    /** Shows new events, whose batches are in a segment: to readers, then to the tail. */
    void show(Segment segment, List<Entry> entries, long[] batchFirsts, long[] batchOffsets, int batches, long newEnd) {
        lock.lock();
        try {
            OpenIndex index = segment.openIndex();
            long time = entries.getFirst().time();
            for (int i = 0; i < batches; i++) {
                index.addBatch(batchFirsts[i], batchOffsets[i], time);
            }
            for (Entry entry : entries) {
                index.addEvent(entry.event(), entry.position(), hashes);
                newest.appended(entry.event(), entry.position(), survivors::release);
            }
            end = entries.getLast().position();
            segment.grownTo(newEnd, end);
            tail.onAppend(entries);
        } finally {
            lock.unlock();
        }
    }

    EventLog.TailListener tail() {
        lock.lock();
        try {
            return tail;
        } finally {
            lock.unlock();
        }
    }

    long listen(EventLog.TailListener listener) {
        lock.lock();
        try {
            tail = listener;
            return end;
        } finally {
            lock.unlock();
        }
    }

    EventLog.Size size() {
        lock.lock();
        try {
            long events = survivors.count();
            long bytes = survivors.bytes();
            for (Segment segment : segments.values()) {
                events += segment.index().events();
                bytes += segment.end();
            }
            return new EventLog.Size(events, bytes);
        } finally {
            lock.unlock();
        }
    }

    Resolution resolve(Cursor cursor, Filter filter) {
        lock.lock();
        try {
            if (!cursor.epoch().equals(epoch)) {
                return new Resolution.Lost(end, 0, "the cursor is of another log");
            }
            long position = cursor.position();
            for (Head.Hole hole : holes) {
                if (position >= hole.first() && position < hole.last()) {
                    return new Resolution.Lost(
                            Math.min(position, end),
                            hole.last(),
                            "the cursor is where a crash or a repair left a hole");
                }
            }
            if (position > end) {
                return new Resolution.Lost(end, 0, "the cursor is beyond the end of the log");
            }
            long floor = floors.above(position, filter);
            return floor == 0
                    ? new Resolution.Resumed(position)
                    : new Resolution.Lost(position, floor, "events after the cursor are no longer in the history");
        } finally {
            lock.unlock();
        }
    }

    Batch read(long after, Filter filter, Bounds bounds) {
        List<Entry> found = new ArrayList<>();
        long next = after;
        long examined = 0;
        long floor = 0;
        for (boolean begun = false; examined < bounds.maxBytes(); begun = true) {
            Segment segment;
            Batches batches;
            long[] wanted;
            long upTo;
            long farther;
            lock.lock();
            try {
                upTo = Math.min(bounds.until(), end);
                if (begun && next >= upTo) {
                    break;
                }
                // What was dropped behind what has been examined so far is missing; what is dropped later is not.
                floor = Math.max(floor, floors.above(next, filter));
                if (next >= upTo) {
                    break;
                }
                if (nothingBehind(next, filter.topics())) {
                    next = end;
                    break;
                }
                segment = segmentBehind(next);
                long firstInSegments = segments.isEmpty() ? end + 1 : segments.firstKey();
                if (next + 1 < firstInSegments) {
                    long limit = Math.min(end, firstInSegments - 1);
                    long stop = Math.min(upTo, limit);
                    for (Entry survivor : survivors.between(next, stop)) {
                        next = survivor.position();
                        examined += Sizes.of(survivor.event());
                        if (filter.matches(survivor.event())) {
                            found.add(survivor);
                        }
                        if (examined >= bounds.maxBytes()) {
                            break;
                        }
                    }
                    if (examined < bounds.maxBytes()) {
                        // Across a hole in one step: a reader that came back with a cursor in it would be lost.
                        next = survivors.emptyFrom(stop, limit);
                    }
                    continue;
                }
                if (segment == null) {
                    next = end;
                    break;
                }
                Long following = segments.higherKey(segment.first());
                farther = following == null ? end : following - 1;
                wanted = wanted(segment, filter.topics(), next);
                if (wanted != null && wanted.length == 0) {
                    next = farther;
                    continue;
                }
                batches = segment.batches(0);
                segment.pin();
            } finally {
                lock.unlock();
            }
            try {
                SegmentRead reading = new SegmentRead(epoch, batches, offsets(segment));
                boolean through = reading.read(next, upTo, filter, wanted, bounds.maxBytes() - examined, found);
                next = reading.isAtEnd() ? farther : Math.max(reading.next(), through ? upTo : 0);
                examined += reading.examined();
            } catch (IOException | Damage failure) {
                throw unreadable(failure);
            } finally {
                unpin(segment);
            }
        }
        return new Batch(found, next, floor);
    }

    /** The segment that holds what comes right behind a position, if it is in one; else the next. */
    private @Nullable Segment segmentBehind(long position) {
        Map.Entry<Long, Segment> at = segments.floorEntry(position + 1);
        if (at != null && at.getValue().last() > position) {
            return at.getValue();
        }
        Map.Entry<Long, Segment> following = segments.higherEntry(position + 1);
        return following == null ? null : following.getValue();
    }

    /** The positions in a segment behind another that events with one of these topics have, or null to look at all. */
    private long @Nullable [] wanted(Segment segment, @Nullable Set<String> topics, long after) {
        if (topics == null) {
            return null;
        }
        long[] all = null;
        for (String topic : topics) {
            long[] found = segment.index().positions(hashes.topic(topic), after);
            if (found == null) {
                return null;
            }
            all = all == null ? found : merged(all, found);
        }
        return all;
    }

    private static long[] merged(long[] a, long[] b) {
        if (b.length == 0) {
            return a;
        }
        if (a.length == 0) {
            return b;
        }
        return java.util.stream.LongStream.concat(java.util.Arrays.stream(a), java.util.Arrays.stream(b))
                .sorted()
                .distinct()
                .toArray();
    }

    private LongUnaryOperator offsets(Segment segment) {
        return position -> {
            lock.lock();
            try {
                return segment.index().offsetOf(position);
            } finally {
                lock.unlock();
            }
        };
    }

    /** Whether it is known without looking that no kept event behind a position has one of these topics. */
    private boolean nothingBehind(long position, @Nullable Set<String> topics) {
        if (topics == null) {
            return false;
        }
        for (String topic : topics) {
            if (newest.lastOf(topic) > position) {
                return false;
            }
        }
        return true;
    }

    void unpin(Segment segment) {
        lock.lock();
        try {
            segment.unpin();
        } finally {
            lock.unlock();
        }
    }

    OptionalLong find(String id) {
        long hash = hashes.id(id);
        Entry entry = named(hash, event -> id.equals(event.id()));
        return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.position());
    }

    /** The kept event that has an idempotency key, or null. */
    @Nullable
    Entry withIdempotencyKey(String key) {
        return named(hashes.idempotencyKey(key), event -> key.equals(event.idempotencyKey()));
    }

    private @Nullable Entry named(long hash, java.util.function.Predicate<Event> isIt) {
        List<Segment> holders = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        lock.lock();
        try {
            Entry survivor = survivors.at(survivors.find(hash));
            if (survivor != null && isIt.test(survivor.event())) {
                return survivor;
            }
            for (Segment segment : segments.values()) {
                long position = segment.index().find(hash);
                if (position > 0) {
                    segment.pin();
                    holders.add(segment);
                    positions.add(position);
                }
            }
        } finally {
            lock.unlock();
        }
        try {
            for (int i = 0; i < holders.size(); i++) {
                Entry entry = at(holders.get(i), positions.get(i));
                if (entry != null && isIt.test(entry.event())) {
                    return entry;
                }
            }
            return null;
        } finally {
            holders.forEach(this::unpin);
        }
    }

    private @Nullable Entry at(Segment segment, long position) {
        Batches batches;
        lock.lock();
        try {
            batches = segment.batches(0);
        } finally {
            lock.unlock();
        }
        List<Entry> found = new ArrayList<>(1);
        try {
            new SegmentRead(epoch, batches, offsets(segment))
                    .read(position - 1, position, Everything.FILTER, null, Long.MAX_VALUE, found);
        } catch (IOException | Damage failure) {
            throw unreadable(failure);
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    long latest(Filter filter, int count) {
        long from = end;
        int missing = count;
        for (long until = from; missing > 0 && until > 0; ) {
            List<Entry> run = new ArrayList<>();
            until = backwards(until, filter, run);
            for (int i = run.size() - 1; i >= 0 && missing > 0; i--) {
                from = run.get(i).position() - 1;
                missing--;
            }
        }
        return from;
    }

    /** Reads a stretch that ends at {@code until}, the matching events in order; gives where to go on. */
    private long backwards(long until, Filter filter, List<Entry> run) {
        Segment segment;
        Batches batches;
        long[] wanted;
        long start;
        lock.lock();
        try {
            if (nothingBehind(0, filter.topics())) {
                return 0;
            }
            Map.Entry<Long, Segment> at = segments.floorEntry(until);
            if (at == null) {
                for (Entry survivor : survivors.backwardsFrom(until)) {
                    if (filter.matches(survivor.event())) {
                        run.addFirst(survivor);
                    }
                    if (run.size() == READ_AT_ONCE) {
                        return survivor.position() - 1;
                    }
                }
                return 0;
            }
            segment = at.getValue();
            if (segment.last() < segment.first()) {
                return segment.first() - 1;
            }
            wanted = wanted(segment, filter.topics(), segment.first() - 1);
            if (wanted != null) {
                int upTo = java.util.Arrays.binarySearch(wanted, until);
                int size = upTo >= 0 ? upTo + 1 : -upTo - 1;
                int skipped = Math.max(0, size - READ_AT_ONCE);
                start = skipped == 0 ? segment.first() - 1 : wanted[skipped - 1];
                wanted = java.util.Arrays.copyOfRange(wanted, skipped, size);
                if (wanted.length == 0) {
                    return start;
                }
            } else {
                start = -1;
            }
            batches = segment.batches(0);
            segment.pin();
        } finally {
            lock.unlock();
        }
        try {
            LongUnaryOperator offsets = offsets(segment);
            if (start < 0) {
                batches.seek(offsets.applyAsLong(Math.min(until, segment.last())));
                start = batches.next() ? batches.first() - 1 : segment.first() - 1;
            }
            new SegmentRead(epoch, batches, offsets).read(start, until, filter, wanted, MOST_BACKWARDS, run);
            return start;
        } catch (IOException | Damage failure) {
            throw unreadable(failure);
        } finally {
            unpin(segment);
        }
    }

    void close() {
        lock.lock();
        try {
            segments.values().forEach(Segment::drop);
        } finally {
            lock.unlock();
        }
    }

    LogException unreadable(Exception failure) {
        return failure instanceof Damage damage
                ? damage.refusal(where)
                : new LogException("the log in %s cannot be read: %s".formatted(where, failure), failure);
    }
}

package dev.pharos.log;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A log in memory, bounded by bytes: the oldest events go first, but the newest of each topic stay.
 *
 * <p>It lasts as long as its process; its epoch is new each time. All methods return without waiting for anything but a
 * short lock.
 */
public final class MemoryLog implements EventLog {

    private static final int READ_AT_ONCE = 1024;

    private final String epoch;
    private final Retention retention;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock; end is also read without it.
    private final EntryRing entries = new EntryRing();
    /** Events behind which everything else was dropped, kept as the newest of a topic. */
    private final TreeMap<Long, Entry> survivors = new TreeMap<>();

    private final Map<String, Long> byId = new HashMap<>();
    private final IdempotencyKeys idempotencyKeys = new IdempotencyKeys();
    private final Floors floors;
    private final Newest newest;
    private TailListener tail = appended -> {};
    private long bytes;
    private long survivorBytes;
    private volatile long end;

    /**
     * What a log keeps.
     *
     * @param maxBytes the size of all events but those that {@code keepLast} protects
     * @param keepLast how many events of each topic stay although newer ones of other topics fill the log; 0 for none
     * @param keepLastTopics for how many topics that holds
     * @param keepLastBytes the size of events protected so
     */
    public record Retention(long maxBytes, int keepLast, int keepLastTopics, long keepLastBytes) {

        /** Checks its parts. */
        public Retention {
            if (maxBytes < 1 || keepLast < 0 || keepLastTopics < 1 || keepLastBytes < 0) {
                throw new IllegalArgumentException("a retention has positive bounds, got " + maxBytes + ", " + keepLast
                        + ", " + keepLastTopics + ", " + keepLastBytes);
            }
        }

        /** This many bytes, and the newest event of each of the 10 000 topics written last. */
        public static Retention ofBytes(long maxBytes) {
            return new Retention(maxBytes, 1, 10_000, Math.min(64L << 20, maxBytes));
        }
    }

    /** An empty log that keeps this many bytes and {@link Retention#ofBytes the newest of each topic}. */
    public static MemoryLog ofBytes(long maxBytes) {
        return of(Retention.ofBytes(maxBytes));
    }

    /** An empty log that keeps what {@code retention} says. */
    public static MemoryLog of(Retention retention) {
        // 64 bits less a few, so that the text is short; no other log will ever have the same.
        String epoch = Long.toString(new SecureRandom().nextLong() >>> 12, Character.MAX_RADIX);
        return new MemoryLog(epoch, retention, InstantSource.system());
    }

    /**
     * Creates an empty log.
     *
     * @param epoch its identity: 1 to 20 lower-case letters and digits, never used before
     * @param clock gives events their time
     */
    public MemoryLog(String epoch, Retention retention, InstantSource clock) {
        if (!epoch.matches("[0-9a-z]{1,20}")) {
            throw new IllegalArgumentException("an epoch is 1 to 20 lower-case letters and digits, got " + epoch);
        }
        this.epoch = epoch;
        this.retention = retention;
        this.clock = clock;
        this.floors = new Floors(retention.keepLastTopics, retention.keepLastBytes / 4);
        this.newest = new Newest(
                Math.max(1, retention.keepLast), retention.keepLastTopics, Math.max(1024, retention.keepLastBytes / 4));
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        if (events.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        lock.lock();
        try {
            long time = clock.millis();
            if (IdempotencyKeys.anyIn(events)) {
                return CompletableFuture.completedFuture(keepOnce(events, time));
            }
            List<Entry> appended;
            if (events.size() == 1) {
                appended = List.of(keep(events.getFirst(), time));
            } else {
                appended = new ArrayList<>(events.size());
                for (Event event : events) {
                    appended.add(keep(event, time));
                }
            }
            show(appended);
            return CompletableFuture.completedFuture(appended);
        } catch (IdempotencyConflictException conflict) {
            return CompletableFuture.failedFuture(conflict);
        } finally {
            lock.unlock();
        }
    }

    /** Appends those of the events that repeat no other. */
    private List<Entry> keepOnce(List<Event> events, long time) {
        // What is kept here may push out what was known before: it is still the answer.
        Map<String, Entry> known = idempotencyKeys.repeatedBy(events);
        List<Entry> result = new ArrayList<>(events.size());
        List<Entry> appended = new ArrayList<>(events.size());
        for (Event event : events) {
            String key = event.idempotencyKey();
            Entry entry = key == null ? null : known.get(key);
            if (entry == null) {
                entry = keep(event, time);
                appended.add(entry);
                if (key != null) {
                    known.put(key, entry);
                }
            }
            result.add(entry);
        }
        if (!appended.isEmpty()) {
            show(appended);
        }
        return result;
    }

    private void show(List<Entry> appended) {
        end = appended.getLast().position();
        dropOverBound();
        tail.onAppend(appended);
    }

    private Entry keep(Event event, long time) {
        long position = entries.isEmpty() ? end + 1 : entries.lastPosition() + 1;
        Entry entry = new Entry(epoch, position, time, event);
        newest.appended(event, position, this::release);
        entries.add(entry, newest);
        bytes += Sizes.of(event);
        String id = event.id();
        if (id != null) {
            byId.putIfAbsent(id, position);
        }
        idempotencyKeys.kept(entry);
        return entry;
    }

    /** A position is no longer the newest of some topic: a survivor that no other topic holds goes. */
    private void release(long position) {
        Entry survivor = survivors.get(position);
        if (survivor != null && !newest.holds(survivor.event(), position)) {
            dropSurvivor(survivor);
        }
    }

    private void dropOverBound() {
        while (bytes > retention.maxBytes && entries.size() > 1) {
            Entry oldest = entries.removeFirst();
            int size = Sizes.of(oldest.event());
            bytes -= size;
            if (retention.keepLast > 0 && newest.holds(oldest.event(), oldest.position())) {
                survivors.put(oldest.position(), oldest);
                survivorBytes += size;
            } else {
                forget(oldest);
            }
        }
        while (survivorBytes > retention.keepLastBytes) {
            dropSurvivor(survivors.firstEntry().getValue());
        }
    }

    private void dropSurvivor(Entry survivor) {
        survivors.remove(survivor.position());
        survivorBytes -= Sizes.of(survivor.event());
        forget(survivor);
    }

    private void forget(Entry entry) {
        String id = entry.event().id();
        if (id != null) {
            byId.remove(id, entry.position());
        }
        idempotencyKeys.dropped(entry.event());
        floors.dropped(entry.event(), entry.position());
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        List<Entry> found = new ArrayList<>();
        List<Entry> run = new ArrayList<>();
        long next = after;
        long examined = 0;
        long floor = 0;
        for (boolean begun = false; examined < bounds.maxBytes(); begun = true) {
            run.clear();
            lock.lock();
            try {
                long upTo = Math.min(bounds.until(), end);
                if (begun && next >= upTo) {
                    break;
                }
                // What was dropped behind what has been examined so far is missing; what is dropped later is not.
                floor = Math.max(floor, floors.above(next, filter));
                if (next >= upTo) {
                    break;
                }
                long farther = copy(next, upTo, filter, run);
                if (run.isEmpty()) {
                    next = farther;
                    break;
                }
            } finally {
                lock.unlock();
            }
            for (Entry entry : run) {
                if (filter.matches(entry.event())) {
                    found.add(entry);
                }
                next = entry.position();
                examined += Sizes.of(entry.event());
                if (examined >= bounds.maxBytes()) {
                    break;
                }
            }
        }
        return new Batch(found, next, floor);
    }

    /**
     * Copies the next events that could match, some at a time.
     *
     * @return when there are none, how far it is known that there are none
     */
    private long copy(long after, long upTo, Filter filter, List<Entry> run) {
        Set<String> topics = filter.topics();
        if (topics != null && nothingBehind(after, topics)) {
            return end;
        }
        long first = entries.firstPosition();
        if (after + 1 < first) {
            for (Entry survivor : survivors.tailMap(after, false).values()) {
                if (survivor.position() > upTo) {
                    return survivor.position() - 1;
                }
                run.add(survivor);
                if (run.size() == READ_AT_ONCE) {
                    return after;
                }
            }
        }
        long[] known = topics == null ? null : entries.behind(after, topics, newest);
        if (known != null) {
            for (long position : known) {
                if (position > upTo) {
                    return position - 1;
                }
                if (run.size() == READ_AT_ONCE) {
                    return after;
                }
                run.add(entries.at(position));
            }
            return end;
        }
        for (long at = Math.max(after + 1, first); at <= upTo && run.size() < READ_AT_ONCE; at++) {
            run.add(entries.at(at));
        }
        return Math.max(upTo, first - 1);
    }

    /** Whether it is known without looking that no kept event behind a position has one of these topics. */
    private boolean nothingBehind(long position, Set<String> topics) {
        for (String topic : topics) {
            if (newest.lastOf(topic) > position) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Resolution resolve(Cursor cursor, Filter filter) {
        lock.lock();
        try {
            if (!cursor.epoch().equals(epoch)) {
                return new Resolution.Lost(end, 0, "the cursor is of another log");
            }
            if (cursor.position() > end) {
                return new Resolution.Lost(end, 0, "the cursor is beyond the end of the log");
            }
            long floor = floors.above(cursor.position(), filter);
            return floor == 0
                    ? new Resolution.Resumed(cursor.position())
                    : new Resolution.Lost(
                            cursor.position(), floor, "events after the cursor are no longer in the history");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OptionalLong find(String id) {
        lock.lock();
        try {
            Long position = byId.get(id);
            return position == null ? OptionalLong.empty() : OptionalLong.of(position);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long latest(Filter filter, int count) {
        long from = end;
        int missing = count;
        List<Entry> run = new ArrayList<>();
        for (long until = from; missing > 0 && until > 0; ) {
            run.clear();
            lock.lock();
            try {
                until = copyBackwards(until, filter, run);
            } finally {
                lock.unlock();
            }
            for (Entry entry : run) {
                if (filter.matches(entry.event())) {
                    from = entry.position() - 1;
                    if (--missing == 0) {
                        break;
                    }
                }
            }
        }
        return from;
    }

    /** Copies events up to {@code until} that could match, the newest first, some at a time; gives where to go on. */
    private long copyBackwards(long until, Filter filter, List<Entry> run) {
        Set<String> topics = filter.topics();
        if (topics != null && nothingBehind(0, topics)) {
            return 0;
        }
        long first = entries.firstPosition();
        if (until >= first && !entries.isEmpty()) {
            long[] known = topics == null ? null : entries.behind(0, topics, newest);
            if (known != null) {
                for (int i = known.length - 1; i >= 0; i--) {
                    if (known[i] <= until) {
                        run.add(entries.at(known[i]));
                    }
                }
                return first - 1;
            }
            long at = until;
            for (; at >= first && run.size() < READ_AT_ONCE; at--) {
                run.add(entries.at(at));
            }
            return at;
        }
        for (Entry survivor : survivors.headMap(until, true).descendingMap().values()) {
            run.add(survivor);
            if (run.size() == READ_AT_ONCE) {
                return survivor.position() - 1;
            }
        }
        return 0;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public Size size() {
        lock.lock();
        try {
            return new Size(entries.size() + (long) survivors.size(), bytes + survivorBytes);
        } finally {
            lock.unlock();
        }
    }

    /** How many topics are remembered in any way; grows with the topics in use up to the bounds of the retention. */
    int topicsRemembered() {
        lock.lock();
        try {
            return newest.topics() + floors.topics();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long listen(TailListener listener) {
        lock.lock();
        try {
            tail = listener;
            return end;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}

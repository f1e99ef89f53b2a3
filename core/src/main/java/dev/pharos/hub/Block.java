package dev.pharos.hub;

import dev.pharos.http.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A piece of history as one audience sees it: what matches behind {@link #after()}, up to {@link #next()}.
 *
 * <p>Thread-safe and shared by the lanes; what it holds grows, within its {@link #weight()}, only by the bytes its events
 * become. Runs end where the sheets of the block do, so that readers that begin anywhere soon are at the same place; each
 * sheet is encoded once, on first need, and all runs are cut from it.
 */
final class Block {

    /**
     * A sheet ends before the event that would make it larger, by {@link TapeEvent#size()}: so that it mostly is what a reader
     * takes at a time, also where the form of its events has as much again around the text.
     */
    static final int SHEET_SIZE = 16 << 10;

    /** What is kept of the pieces cut from sheets, in bytes. */
    private static final int CUTS = 64 << 10;

    private static final int OWN_WEIGHT = 256;

    private final long after;
    private final long next;
    private final long floor;
    private final List<TapeEvent> events;
    private final boolean atEnd;
    private final int weight;

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock; none before the first need. */
    private List<Sheet> sheets = List.of();
    /** What was cut from sheets for readers that began within them. Guarded by the lock. */
    private final Runs cuts = new Runs();

    /** Neighbouring events; {@code begin} and {@code end} are places in the list of events. */
    private static final class Sheet {
        private final int begin;
        private final int end;
        private @Nullable Encoded bytes;

        Sheet(int begin, int end) {
            this.begin = begin;
            this.end = end;
        }
    }

    /**
     * A block of these events.
     *
     * @param floor the last dropped position that could have matched, as of the reading, or 0
     * @param atEnd whether the log ended at {@code next} when this was read, so that reading again may give more
     * @param more what it keeps from being collected beside the events, in bytes
     */
    Block(long after, long next, long floor, List<TapeEvent> events, boolean atEnd, int more) {
        this.after = after;
        this.next = next;
        this.floor = floor;
        this.events = events;
        this.atEnd = atEnd;
        int sum = 0;
        for (TapeEvent event : events) {
            sum += event.weight();
        }
        this.weight = OWN_WEIGHT + more + sum + Math.min(sum, CUTS);
    }

    long after() {
        return after;
    }

    long next() {
        return next;
    }

    long floor() {
        return floor;
    }

    List<TapeEvent> events() {
        return events;
    }

    boolean atEnd() {
        return atEnd;
    }

    /** An estimate of its memory in bytes, with all that its events become. */
    int weight() {
        return weight;
    }

    /** The events behind a position. */
    List<TapeEvent> behind(long position) {
        return events.subList(indexBehind(position), events.size());
    }

    /**
     * The next run behind a position, at most {@code maxBytes} unless one event is larger, or null when there is none.
     *
     * @param format the one of the block's audience
     */
    @Nullable
    Run take(long position, WireFormat format, int maxBytes) {
        int first = indexBehind(position);
        if (first == events.size()) {
            return null;
        }
        lock.lock();
        try {
            Sheet sheet = sheet(first);
            Encoded all = encoded(sheet, format);
            if (first == sheet.begin && (all.parts() == 1 || all.length() <= maxBytes)) {
                return run(all, sheet.end);
            }
            Run shared = cuts.find(position, maxBytes);
            if (shared != null) {
                return shared;
            }
            int from = first - sheet.begin;
            int to = from + 1;
            while (to < all.parts() && all.end(to) - all.start(from) <= maxBytes) {
                to++;
            }
            Run run = run(all.slice(from, to), sheet.begin + to);
            long since = first == 0 ? after : events.get(first - 1).position();
            cuts.add(since, events.get(first).position(), run, Math.min(weight, CUTS));
            return run;
        } finally {
            lock.unlock();
        }
    }

    private Run run(Encoded bytes, int end) {
        long to = end == events.size() ? next : events.get(end).position() - 1;
        return new Run(bytes, bytes.parts(), events.get(end - 1).position(), to);
    }

    private Encoded encoded(Sheet sheet, WireFormat format) {
        Encoded bytes = sheet.bytes;
        if (bytes == null) {
            List<Encoded> parts = new ArrayList<>(sheet.end - sheet.begin);
            for (TapeEvent event : events.subList(sheet.begin, sheet.end)) {
                parts.add(format.encode(event.entry()));
            }
            bytes = Encoded.join(parts);
            sheet.bytes = bytes;
        }
        return bytes;
    }

    private Sheet sheet(int index) {
        if (sheets.isEmpty()) {
            sheets = cut();
        }
        int low = 0;
        int high = sheets.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sheets.get(middle).end <= index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return sheets.get(low);
    }

    private List<Sheet> cut() {
        List<Sheet> cut = new ArrayList<>(1 + weight / SHEET_SIZE / 2);
        int begin = 0;
        int sum = 0;
        for (int i = 0; i < events.size(); i++) {
            int size = events.get(i).size();
            if (i > begin && sum + size > SHEET_SIZE) {
                cut.add(new Sheet(begin, i));
                begin = i;
                sum = 0;
            }
            sum += size;
        }
        cut.add(new Sheet(begin, events.size()));
        return cut;
    }

    private int indexBehind(long position) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).position() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

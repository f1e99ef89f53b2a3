package dev.pharos.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one lane that see the same bytes, and the end of the log as they see it.
 *
 * <p>Used on the lane's thread only. The window holds the matching events behind {@link #floor()}: at least those of the
 * pass at hand, and within a bound those of earlier passes while some subscriber lags. A subscriber at or behind the
 * floor is live; one before it reads from the history.
 */
final class Audience {

    private final Lane lane;
    private final Interest interest;
    private final int windowBytesKept;

    private final ArrayList<Subscription> members = new ArrayList<>(1);
    /** How many members need what is in the window after this pass. */
    private int lagging;

    private final ArrayList<TapeEvent> window = new ArrayList<>(0);
    private int windowBytes;
    /** Where runs end: the last event of each sheet of the window but the one that grows; null when there is none. */
    private @Nullable ArrayDeque<Long> seams;
    /** Of the sheet that grows. */
    private int sheetSize;
    /** Of the window, and from it alone. */
    private final Runs runs = new Runs();
    /** What the lane knows of the bytes of both. */
    private int accounted;

    private long floor;
    private long last;
    /** {@link #last} before this pass. */
    private long lastBefore;
    /** The end of the log before this pass. */
    private long endBefore;

    /** Of {@link Lane}: whether it is delivered to in this pass. */
    boolean dirty;
    /** Of {@link Index}: the event it was found for last. Guarded by the tape. */
    long found;

    /** Of {@link GrantIndex}: those of the same grants, while it is there and has some. Guarded by the tape. */
    GrantIndex.@Nullable Group group;

    Audience(Lane lane, Interest interest) {
        this.lane = lane;
        this.interest = interest;
        this.windowBytesKept = lane.bounds().windowBytes();
    }

    Interest interest() {
        return interest;
    }

    Lane lane() {
        return lane;
    }

    /** A cursor at or behind this position finds every later event here. */
    long floor() {
        return floor;
    }

    /** A cursor at or behind this position has everything that arrived here. */
    long last() {
        return last;
    }

    /** Sets the position from which on events arrive here. */
    void startAt(long position) {
        floor = position;
        last = position;
    }

    void join(Subscription subscription) {
        subscription.index = members.size();
        members.add(subscription);
    }

    /** Whether that was the last one. */
    boolean leave(Subscription subscription) {
        caughtUp(subscription);
        Subscription moved = members.removeLast();
        if (moved != subscription) {
            members.set(subscription.index, moved);
            moved.index = subscription.index;
        }
        return members.isEmpty();
    }

    /** The subscription needs the window beyond this pass: it did not take all there is, or is about to join. */
    void lags(Subscription subscription) {
        if (!subscription.lagging) {
            subscription.lagging = true;
            lagging++;
            lane.lagging(1);
        }
    }

    void caughtUp(Subscription subscription) {
        if (subscription.lagging) {
            subscription.lagging = false;
            lane.lagging(-1);
            if (--lagging == 0 && !dirty) {
                clear(last);
            }
        }
    }

    void drain() {
        for (Subscription subscription : List.copyOf(members)) {
            subscription.drain();
        }
    }

    /** A pass brings something; before it, the lane had examined the log up to a position. */
    void begin(long examined) {
        lastBefore = last;
        endBefore = examined;
    }

    /** How far a cursor reached before this pass: one that had everything, as far as the log was examined. */
    long reachBefore(long position) {
        return position >= lastBefore ? Math.max(position, endBefore) : position;
    }

    /** Takes in the next matching event. */
    void append(TapeEvent event) {
        if (event.position() <= last) {
            return;
        }
        if (interest.mode() == DeliveryMode.ALL) {
            int size = event.size();
            if (sheetSize > 0 && sheetSize + size > Block.SHEET_SIZE) {
                sew();
            } else {
                runs.forgetTo(last);
            }
            sheetSize += size;
        } else {
            runs.clear(); // what they hold may be superseded now
        }
        window.add(event);
        windowBytes += event.weight();
        last = event.position();
        account();
    }

    /** Ends the sheet: runs that reach its end stay what they are, so that readers which lag share them. */
    private void sew() {
        ArrayDeque<Long> known = seams;
        if (known == null) {
            known = new ArrayDeque<>(4);
            seams = known;
        }
        known.add(last);
        sheetSize = 0;
    }

    /** Events up to a position did not arrive here: whoever wants them reads the history. */
    void overrun(long position) {
        clear(Math.max(position, last));
    }

    /** Wakes everybody for what was appended in this pass, then keeps of the window only what somebody still needs. */
    void deliver() {
        for (int i = members.size() - 1; i >= 0; i--) {
            if (i < members.size()) { // what woke before may have left and taken others along
                members.get(i).onAppended();
            }
        }
        dirty = false;
        if (lagging == 0) {
            clear(last);
        } else if (windowBytes > windowBytesKept || lane.windowsAreFull()) {
            trim();
        }
    }

    /** The next run behind a position, at most {@code maxBytes} unless one event is larger, or null when there is none. */
    @Nullable
    Run take(long position, int maxBytes) {
        if (position >= last) {
            return null;
        }
        Run shared = runs.find(position, maxBytes);
        if (shared != null) {
            return shared;
        }
        if (members.size() == 1 && window.size() == 1) {
            // Nothing to leave out, and nobody to share it with.
            return Run.of(window, interest.format(), maxBytes, last);
        }
        int next = indexBehind(position);
        int end = sheetEnd(position);
        List<TapeEvent> events = Conflation.of(interest.mode(), window.subList(next, end));
        long to = end == window.size() ? last : window.get(end).position() - 1;
        Run run = Run.of(events, interest.format(), maxBytes, to);
        long from = next == 0 ? floor : window.get(next - 1).position();
        runs.add(from, window.get(next).position(), run, windowBytesKept);
        account();
        return run;
    }

    /**
     * The place in the window behind the sheet of what is next behind a position; for those who lag: whoever had everything
     * before this pass is given all of it, as are most others.
     */
    private int sheetEnd(long position) {
        if (seams != null && position < lastBefore) {
            for (long seam : seams) {
                if (seam > position) {
                    return indexBehind(seam);
                }
            }
        }
        return window.size();
    }

    private int indexBehind(long position) {
        int low = 0;
        int high = window.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (window.get(middle).position() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void trim() {
        int keep = lane.windowsAreFull() ? 0 : windowBytesKept / 2;
        int drop = 0;
        while (drop < window.size() && windowBytes > keep) {
            windowBytes -= window.get(drop).weight();
            floor = window.get(drop).position();
            drop++;
        }
        window.subList(0, drop).clear();
        runs.forgetBefore(floor);
        forgetSeams();
        account();
    }

    private void forgetSeams() {
        ArrayDeque<Long> known = seams;
        if (known != null) {
            while (!known.isEmpty() && known.peek() <= floor) {
                known.remove();
            }
            if (known.isEmpty()) {
                seams = null;
            }
        }
        if (window.isEmpty()) {
            sheetSize = 0;
        }
    }

    private void clear(long newFloor) {
        floor = newFloor;
        last = newFloor;
        if (!window.isEmpty()) {
            boolean wasLarge = window.size() > 64;
            window.clear();
            if (wasLarge) {
                window.trimToSize();
            }
            windowBytes = 0;
            seams = null;
            sheetSize = 0;
            runs.clear();
            account();
        }
    }

    /** Tells the lane what is held here. */
    private void account() {
        int held = windowBytes + runs.bytes();
        lane.windowBytes(held - accounted);
        accounted = held;
    }
}

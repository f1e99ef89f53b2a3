package dev.pharos.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one lane that see the same bytes, and the end of the log as they see it.
 *
 * <p>Used on the lane's thread only. The window holds the matching events behind {@link #floor()}: at least those of the
 * pass at hand, and up to {@link #WINDOW_BYTES} of earlier ones while some live subscriber has not taken them. A
 * subscriber at or behind the floor is live; one before it reads from the history.
 */
final class Audience {

    private static final int WINDOW_BYTES = 128 << 10;
    private static final int RUNS_KEPT = 8;

    private final Lane lane;
    private final Interest interest;

    private final ArrayList<Subscription> members = new ArrayList<>(1);
    /** How many members are live and have not taken all there is. */
    private int lagging;

    private final ArrayList<TapeEvent> window = new ArrayList<>(0);
    private int windowBytes;
    private long floor;
    private long last;

    /** Runs of the window by the position before their first event. */
    private final ArrayList<Cached> runs = new ArrayList<>(1);

    boolean dirty;

    private record Cached(long afterFirst, long beforeSecond, Run run) {}

    Audience(Lane lane, Interest interest) {
        this.lane = lane;
        this.interest = interest;
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

    /** Takes in the next matching event. */
    void append(TapeEvent event) {
        if (event.position() <= last) {
            return;
        }
        if (lagging > 0) {
            // A run that ended with the window may be asked for again with more behind it.
            runs.removeIf(cached -> cached.run.to() == last);
        }
        window.add(event);
        int bytes = event.encoded(interest.format()).length();
        windowBytes += bytes;
        lane.windowBytes(bytes);
        last = event.position();
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
        } else if (windowBytes > WINDOW_BYTES || lane.windowsAreFull()) {
            trim();
        }
    }

    /** The next run behind a position, at most {@code maxBytes} unless one event is larger, or null when there is none. */
    @Nullable
    Run take(long position, int maxBytes) {
        if (position >= last) {
            return null;
        }
        for (Cached cached : runs) {
            if (position >= cached.afterFirst
                    && position < cached.beforeSecond
                    && cached.run.bytes().length() <= maxBytes) {
                return cached.run;
            }
        }
        int from = indexBehind(position);
        List<TapeEvent> events = Conflation.of(interest.mode(), window.subList(from, window.size()));
        Run run = Run.of(events, interest.format(), maxBytes, last);
        if (runs.size() == RUNS_KEPT) {
            runs.removeFirst();
        }
        long before = from == 0 ? floor : window.get(from - 1).position();
        runs.add(new Cached(before, window.get(from).position(), run));
        return run;
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
        int keep = lane.windowsAreFull() ? 0 : WINDOW_BYTES / 2;
        int drop = 0;
        int bytes = windowBytes;
        while (drop < window.size() && bytes > keep) {
            bytes -= window.get(drop).encoded(interest.format()).length();
            floor = window.get(drop).position();
            drop++;
        }
        window.subList(0, drop).clear();
        lane.windowBytes(bytes - windowBytes);
        windowBytes = bytes;
        runs.clear();
    }

    private void clear(long newFloor) {
        floor = newFloor;
        last = newFloor;
        if (!window.isEmpty()) {
            if (window.size() > 64) {
                window.clear();
                window.trimToSize();
            } else {
                window.clear();
            }
            runs.clear();
            lane.windowBytes(-windowBytes);
            windowBytes = 0;
        }
    }
}

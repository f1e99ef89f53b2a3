package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.EventLoop;
import dev.pharos.hub.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * What becomes due on one loop after the same delay, in the order it was added: to the millisecond, at constant cost and with
 * one timer for all.
 *
 * <p>Used on the loop only.
 */
final class DelayLine {

    private static final System.Logger LOG = System.getLogger(DelayLine.class.getName());
    private static final long MILLI = 1_000_000;

    /** Something that becomes due; in one line at most. */
    abstract static class Entry {
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private @Nullable DelayLine line;
        private long due;

        /** The time has come; it is in no line now. */
        abstract void onDue(long due);

        final boolean isWaiting() {
            return line != null;
        }

        /** Takes it out of its line, if it is in one. */
        final void cancel() {
            DelayLine in = line;
            if (in != null) {
                in.remove(this);
            }
        }
    }

    private final EventLoop loop;
    private final Scheduler scheduler;
    private final long delay;
    private final Runnable onTime = this::onTime;
    private @Nullable Entry first;
    private @Nullable Entry last;
    private boolean waiting;

    DelayLine(EventLoop loop, Scheduler scheduler, long delayMillis) {
        this.loop = loop;
        this.scheduler = scheduler;
        this.delay = delayMillis * MILLI;
    }

    long now() {
        return scheduler.nanoTime();
    }

    /** Adds what is in no line, to become due the delay after {@code from}. */
    void add(Entry entry, long from) {
        Entry before = last;
        entry.due = before == null || from + delay - before.due > 0 ? from + delay : before.due;
        entry.line = this;
        entry.previous = before;
        if (before == null) {
            first = entry;
        } else {
            before.next = entry;
        }
        last = entry;
        await();
    }

    private void remove(Entry entry) {
        Entry before = entry.previous;
        Entry behind = entry.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.previous = before;
        }
        entry.previous = null;
        entry.next = null;
        entry.line = null;
    }

    private void await() {
        Entry head = first;
        if (head != null && !waiting) {
            waiting = true;
            scheduler.schedule(Math.max(1, (head.due - now()) / MILLI), onTime);
        }
    }

    private void onTime() {
        if (!loop.tell(this::run)) {
            waiting = true; // with the loop, all that its timers were for has ended
        }
    }

    private void run() {
        waiting = false;
        advance();
        await();
    }

    /** Lets become due what is due by now. */
    void advance() {
        // Less than a millisecond is left of those, which a timer of milliseconds cannot wait for.
        long until = now() + MILLI;
        for (Entry entry = first; entry != null && entry.due - until < 0; entry = first) {
            remove(entry);
            try {
                entry.onDue(entry.due);
            } catch (RuntimeException | Error broken) {
                LOG.log(System.Logger.Level.ERROR, "a timer failed", broken);
            }
        }
    }

    boolean isEmpty() {
        return first == null;
    }
}

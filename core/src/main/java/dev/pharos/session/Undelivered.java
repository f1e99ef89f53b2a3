package dev.pharos.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What peers have sent to a session whose listener has paused, in order. On the session's loop only. */
final class Undelivered {

    private record Delivery(int bytes, Runnable task) {}

    /** Null while nothing waits: of most sessions most of the time. */
    private @Nullable ArrayDeque<Delivery> waiting;

    private int bytes;

    boolean isEmpty() {
        return waiting == null;
    }

    int bytes() {
        return bytes;
    }

    void add(int size, Runnable task) {
        ArrayDeque<Delivery> all = waiting;
        if (all == null) {
            all = new ArrayDeque<>(2);
            waiting = all;
        }
        all.add(new Delivery(size, task));
        bytes += size;
    }

    /** Delivers the first, if there is one. */
    void deliverNext() {
        ArrayDeque<Delivery> all = waiting;
        if (all == null) {
            return;
        }
        Delivery first = all.remove();
        bytes -= first.bytes;
        if (all.isEmpty()) {
            waiting = null;
        }
        first.task.run();
    }
}

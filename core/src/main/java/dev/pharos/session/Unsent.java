package dev.pharos.session;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session has sent and no receiver has taken yet, in order. On the session's loop only. */
final class Unsent {

    /** Null while nothing waits: of most sessions most of the time. */
    private @Nullable ArrayDeque<Outgoing> waiting;

    private int bytes;

    boolean isEmpty() {
        return waiting == null;
    }

    int bytes() {
        return bytes;
    }

    void add(Outgoing message) {
        ArrayDeque<Outgoing> all = waiting;
        if (all == null) {
            all = new ArrayDeque<>(4);
            waiting = all;
        }
        all.add(message);
        bytes += message.bytes();
    }

    /** What was taken and could not be sent waits again, before all else. */
    void putBack(List<Outgoing> messages) {
        ArrayDeque<Outgoing> all = waiting;
        if (all == null) {
            all = new ArrayDeque<>(messages.size());
            waiting = all;
        }
        for (Outgoing message : messages.reversed()) {
            all.addFirst(message);
            bytes += message.bytes();
        }
    }

    /** Gives the first to a receiver, if there is one. */
    void giveNext(Receiver to) {
        ArrayDeque<Outgoing> all = waiting;
        if (all == null) {
            return;
        }
        Outgoing message = all.remove();
        bytes -= message.bytes();
        if (all.isEmpty()) {
            waiting = null;
        }
        switch (message) {
            case Outgoing.Text text -> to.text(text.messages());
            case Outgoing.Binary binary -> to.binary(binary.message());
        }
    }

    void clear() {
        waiting = null;
        bytes = 0;
    }
}

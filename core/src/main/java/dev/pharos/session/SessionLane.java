package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.hub.LoopTimers;
import dev.pharos.hub.Scheduler;
import java.util.IdentityHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop, and what they share: timers and framed bytes. Used on the loop only.
 */
public final class SessionLane {

    private final EventLoop loop;
    private final LoopTimers timers;
    private final IdentityHashMap<UnaryOperator<Encoded>, FrameCache> frames = new IdentityHashMap<>();
    private @Nullable ProtocolSession first;

    SessionLane(EventLoop loop, Scheduler scheduler) {
        this.loop = loop;
        this.timers = new LoopTimers(loop, scheduler);
    }

    /** The loop. */
    public EventLoop loop() {
        return loop;
    }

    /** The loop's timers. */
    public LoopTimers timers() {
        return timers;
    }

    /**
     * What sessions of this loop share of a framing.
     *
     * @param framing a constant: it is known by identity, and its cache is never dropped
     */
    public FrameCache frames(UnaryOperator<Encoded> framing) {
        FrameCache cache = frames.get(framing);
        if (cache == null) {
            cache = new FrameCache(framing);
            frames.put(framing, cache);
        }
        return cache;
    }

    void add(ProtocolSession session) {
        ProtocolSession next = first;
        session.next = next;
        if (next != null) {
            next.previous = session;
        }
        first = session;
    }

    void remove(ProtocolSession session) {
        ProtocolSession previous = session.previous;
        ProtocolSession next = session.next;
        if (previous != null) {
            previous.next = next;
        } else {
            first = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        session.previous = null;
        session.next = null;
    }

    /** Ends every session. */
    void drain() {
        for (ProtocolSession each = first; each != null; ) {
            ProtocolSession following = each.next;
            each.drain();
            each = following;
        }
    }

    /** Whether nothing is left of any session. */
    boolean isEmpty() {
        return first == null && timers.isEmpty();
    }
}

package dev.pharos.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one lane that wait for history. Those of an audience that want something of the same stretch of the log
 * are a crowd; the sweep of the audience goes from crowd to crowd, where it can the way its readers go, so that all of
 * them go through the history together.
 *
 * <p>Used on the lane's thread only. Few blocks are on their way at a time, so that what was read and not taken yet is
 * bounded; few readers are given a block in one task of the loop, so that a storm leaves room for live ones in between.
 */
final class CatchUp {

    /** How many sweeps have a block on its way, or are giving it. */
    private static final int SWEEPS = 2;
    /** How many readers are given a block at a time. */
    private static final int READERS = 2;
    /** How many blocks a sweep goes through before it turns to those who have waited for longest. */
    private static final int STEPS = 32;

    private final Lane lane;
    private final Map<Audience, Sweep> sweeps = new HashMap<>();
    private final ArrayDeque<Sweep> queue = new ArrayDeque<>();
    private int underWay;

    private static final class Sweep {
        private final Audience audience;
        /** By where their stretches begin, those that have waited for longest first. */
        private final LinkedHashMap<Long, Crowd> crowds = new LinkedHashMap<>(2);

        private @Nullable Crowd current;
        private int steps;

        private long asked;
        private @Nullable Block block;
        private @Nullable RuntimeException failure;

        Sweep(Audience audience) {
            this.audience = audience;
        }

        /** The crowd to serve next, of at least one: where the readers of the last one went, or from the first again. */
        Crowd next(long stretch) {
            if (++steps > STEPS) {
                steps = 0;
                return crowds.firstEntry().getValue();
            }
            Crowd last = current;
            Crowd ahead = last == null || !last.isEmpty() ? last : crowds.get(last.start + stretch);
            return ahead != null ? ahead : Objects.requireNonNull(crowds.get(Collections.min(crowds.keySet())));
        }

        /** Whether what has come is an answer to this reader. */
        boolean isFor(Subscription reader) {
            Block answer = block;
            return answer == null
                    || (reader.wanted() >= answer.after()
                            && (reader.wanted() < answer.next() || reader.wanted() == asked));
        }
    }

    private static final class Crowd {
        private final long start;
        private final PriorityQueue<Subscription> readers =
                new PriorityQueue<>(1, Comparator.comparingLong(Subscription::wanted));
        /** Those who came since the last block was asked for. */
        private final ArrayList<Subscription> newcomers = new ArrayList<>(1);
        /** Where the block after the last one begins. */
        private long reached;

        Crowd(long start) {
            this.start = start;
        }

        boolean isEmpty() {
            return readers.isEmpty() && newcomers.isEmpty();
        }

        /** The first of all that are open, or null. */
        @Nullable
        Subscription first() {
            readers.addAll(newcomers);
            newcomers.clear();
            while (!readers.isEmpty() && readers.element().isClosed()) {
                readers.remove();
            }
            return readers.peek();
        }

        /** Where to look from for what a reader of it wants. */
        long startFor(Subscription reader) {
            long known = Math.max(start, reader.blockStart());
            return reached <= reader.wanted() ? Math.max(known, reached) : known;
        }
    }

    CatchUp(Lane lane) {
        this.lane = lane;
    }

    /** A reader waits for the block with what is behind the place it wants. */
    void add(Subscription reader) {
        Audience audience = reader.audience();
        Sweep sweep = sweeps.get(audience);
        if (sweep == null) {
            sweep = new Sweep(audience);
            sweeps.put(audience, sweep);
            queue.add(sweep);
        }
        sweep.crowds
                .computeIfAbsent(lane.hub().history().aligned(reader.wanted()), Crowd::new)
                .newcomers
                .add(reader);
        goOn();
    }

    boolean isEmpty() {
        return sweeps.isEmpty();
    }

    private void goOn() {
        while (underWay < SWEEPS && !queue.isEmpty()) {
            underWay++;
            ask(queue.remove());
        }
    }

    private void ask(Sweep sweep) {
        Crowd crowd = sweep.next(lane.bounds().blockPositions());
        sweep.current = crowd;
        Subscription first = crowd.first();
        if (first == null) {
            answered(sweep, crowd);
            return;
        }
        sweep.asked = first.wanted();
        lane.hub()
                .history()
                .blockBehind(sweep.audience.interest(), sweep.asked, crowd.startFor(first))
                .whenComplete((block, failure) -> lane.execute(() -> {
                    sweep.block = block;
                    sweep.failure = failure == null ? null : Hub.readable(failure);
                    lane.executeLast(() -> give(sweep, crowd));
                }));
    }

    private void give(Sweep sweep, Crowd crowd) {
        for (int i = 0; i < READERS; i++) {
            Subscription reader = crowd.readers.peek();
            if (reader == null || !sweep.isFor(reader)) {
                answered(sweep, crowd);
                return;
            }
            if (!lane.turns().hasRoom()) {
                lane.turns().whenRoom(() -> give(sweep, crowd));
                return;
            }
            crowd.readers.remove();
            Block block = sweep.block;
            if (block != null) {
                reader.onRead(block);
            } else {
                reader.fail(Objects.requireNonNull(sweep.failure));
            }
        }
        Turns.pause();
        lane.executeLast(() -> give(sweep, crowd));
    }

    private void answered(Sweep sweep, Crowd crowd) {
        Block block = sweep.block;
        if (block != null) {
            crowd.reached = block.atEnd() ? block.after() : block.next();
            sweep.block = null;
        }
        sweep.crowds.remove(crowd.start);
        if (!crowd.isEmpty()) {
            sweep.crowds.put(crowd.start, crowd); // behind all others
        }
        underWay--;
        if (sweep.crowds.isEmpty()) {
            sweeps.remove(sweep.audience);
        } else {
            queue.add(sweep);
        }
        goOn();
    }
}

package dev.pharos.hub;

import dev.pharos.log.Cursor;
import dev.pharos.log.EventLog;
import dev.pharos.log.Resolution;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription starts and what its reader is told about it.
 *
 * @param from the position it reads on from
 * @param floor losses up to this position have been told by the outcome
 */
record Opening(long from, long floor, Notice outcome) {

    private static final int COUNTED_BYTES = 256 << 10;

    /**
     * Resolves a start. Reads the log, so not on an event loop.
     *
     * @param now the end of the log as the subscription's audience knows it: live readers start there
     */
    static Opening of(EventLog log, Interest interest, Start start, long now) {
        String cursor = start.cursor();
        if (cursor == null || cursor.isEmpty()) {
            long floor = start.last() > 0 ? dropped(log, interest) : 0;
            return notice(log, interest, start, Notice.State.LIVE, lastOr(log, interest, start, now), floor, null);
        }
        if (cursor.equals(Start.EARLIEST)) {
            return notice(log, interest, start, Notice.State.RESUMED, 0, dropped(log, interest), null);
        }
        Cursor known = known(log, cursor);
        if (known == null) {
            String fault = Cursor.isCursor(cursor) ? Cursor.fault(cursor) : null;
            return lost(log, interest, start, now, 0, fault == null ? "no kept event has this id" : fault);
        }
        return switch (log.resolve(known, interest)) {
            case Resolution.Resumed resumed ->
                notice(log, interest, start, Notice.State.RESUMED, resumed.from(), 0, null);
            case Resolution.Lost lost ->
                lost(log, interest, start, Math.min(lost.from(), now), lost.floor(), lost.reason());
        };
    }

    private static @Nullable Cursor known(EventLog log, String cursor) {
        if (Cursor.isCursor(cursor)) {
            return Cursor.parse(cursor);
        }
        OptionalLong position = log.find(cursor);
        return position.isPresent() ? new Cursor(log.epoch(), position.getAsLong()) : null;
    }

    private static Opening lost(EventLog log, Interest interest, Start start, long from, long floor, String reason) {
        long told = floor > 0 ? floor : dropped(log, interest);
        long last = lastOr(log, interest, start, from);
        // In the same log the reader has seen what is before its cursor: last=N must not repeat it.
        long behind = floor > 0 ? Math.max(last, from) : last;
        return notice(log, interest, start, Notice.State.LOST, behind, told, reason);
    }

    /** Up to where something was dropped that the reader, who has no claim to it, needs not be told of. */
    private static long dropped(EventLog log, Interest interest) {
        return log.read(0, interest, new EventLog.Bounds(0, 1)).floor();
    }

    private static long lastOr(EventLog log, Interest interest, Start start, long otherwise) {
        return start.last() > 0 ? log.latest(interest, start.last()) : otherwise;
    }

    private static Opening notice(
            EventLog log,
            Interest interest,
            Start start,
            Notice.State state,
            long from,
            long floor,
            @Nullable String reason) {
        long replayed = start.count() ? count(log, interest, from) : -1;
        Cursor cursor = new Cursor(log.epoch(), from);
        return new Opening(from, floor, new Notice(state, cursor, replayed, reason));
    }

    /** The number of events kept behind a position, or -1 when it is not known or finding out takes too much reading. */
    private static long count(EventLog log, Interest interest, long from) {
        if (interest.mode() != DeliveryMode.ALL) {
            return -1;
        }
        long end = log.end();
        EventLog.Batch batch = log.read(from, interest, new EventLog.Bounds(end, COUNTED_BYTES));
        return batch.next() >= end ? batch.entries().size() : -1;
    }
}

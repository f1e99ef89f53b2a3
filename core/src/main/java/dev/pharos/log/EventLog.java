package dev.pharos.log;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The one ordered sequence of events that everything reads.
 *
 * <p>Thread-safe. Positions grow strictly, may have holes, and are never reused within an epoch. What has been dropped
 * is remembered, within a bound, as the last dropped position of each topic, so that a reader is told of a loss only
 * when it could have seen a dropped event; topics whose floor was forgotten are judged by one common watermark.
 *
 * <p>{@link #read}, {@link #resolve}, {@link #find} and {@link #latest} may wait for a disk or a network and therefore
 * never run on an event loop. They throw {@link LogException} when the log cannot be read.
 */
public interface EventLog extends AutoCloseable {

    /** The identity of this log; another one after its history was lost or replaced. Lower-case letters and digits. */
    String epoch();

    /**
     * Appends events in their order, next to each other.
     *
     * <p>The result completes when the events are as durable as the log's policy says, on any thread and maybe before
     * this returns. It fails with {@link LogException} when nothing of them was kept, a {@link LogFullException} when
     * that is for want of space.
     *
     * <p>An event whose {@linkplain Event#idempotencyKey idempotency key} a kept event has, or one on its way to be kept,
     * is not appended again: the result has the entry of the first one in its place, and completes when that is durable.
     * It fails with {@link IdempotencyConflictException}, and nothing of them was kept, when the two are not equal.
     */
    CompletionStage<List<Entry>> append(List<Event> events);

    /**
     * Reads forward from behind {@code after}.
     *
     * <p>The answer is bounded by what is <em>examined</em>: a filter that matches little gets an empty batch whose
     * {@link Batch#next} has moved on. A read that is not ended by its bytes moves on to {@link Bounds#until} or the end
     * of the log, whichever is first, or further when it is known that nothing in between matches: a hole in the
     * positions takes one read. Behind the end of the log the answer is empty and {@code next} equals {@code after}.
     */
    Batch read(long after, Filter filter, Bounds bounds);

    /** What becomes of a reader that continues from {@code cursor}. */
    Resolution resolve(Cursor cursor, Filter filter);

    /** The position of the earliest kept event that was published with this id, if it is still known. */
    OptionalLong find(String id);

    /**
     * The position to read on from so that exactly the newest {@code count} matching events, or all if there are fewer,
     * follow it.
     */
    long latest(Filter filter, int count);

    /** The position of the newest event shown by the tail, or 0; events at or before it are readable. */
    long end();

    /** The size of what is kept. */
    Size size();

    /** Why the log does not take events at this moment and what helps, for people; or null when it does. */
    default @Nullable String fault() {
        return null;
    }

    /**
     * Sets the one listener of the tail. Events appended from here on are given to it in order, each once.
     *
     * @return the end of the log at that moment: what comes is behind it
     */
    long listen(TailListener listener);

    /** Lets go of all resources. Idempotent. */
    @Override
    void close();

    /** Takes what the log grows by; called by one thread at a time, must be fast and must not block or throw. */
    @FunctionalInterface
    interface TailListener {

        /** The log has grown by these, at least one, in order. */
        void onAppend(List<Entry> entries);

        /**
         * Appends that became durable together are shown and answered on this thread from here on: what they wake may wait
         * for {@link #onGroupEnd}, so that it wakes once. A log that settles one append at a time need not call either.
         */
        default void onGroupStart() {}

        /** All of the group are answered. */
        default void onGroupEnd() {}
    }

    /**
     * How far one read may go.
     *
     * @param until the last position of which events are wanted
     * @param maxBytes the number of bytes examined after which a read ends; at least one event is examined
     */
    record Bounds(long until, int maxBytes) {}

    /**
     * What a read found.
     *
     * @param entries the matching events, in order
     * @param next everything at or before it has been examined; at least {@code after}, at most the end of the log
     * @param floor the position of the last event that the filter could have matched and that had been dropped before
     *     this read came to it, or 0: a reader whose cursor is before it has lost something. What is dropped after it was
     *     read does not count
     */
    record Batch(List<Entry> entries, long next, long floor) {}

    /**
     * How much is kept.
     *
     * @param events the number of events
     * @param bytes their size as the log counts it
     */
    record Size(long events, long bytes) {}
}

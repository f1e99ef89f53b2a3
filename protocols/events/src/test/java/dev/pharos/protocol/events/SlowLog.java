package dev.pharos.protocol.events;

import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.LogException;
import dev.pharos.log.Resolution;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A log whose appends are done when the test says so, in their order, or fail. */
final class SlowLog implements EventLog {

    private record Append(List<Event> events, CompletableFuture<List<Entry>> result) {}

    private final EventLog log;
    private final ArrayDeque<Append> waiting = new ArrayDeque<>();

    SlowLog(EventLog log) {
        this.log = log;
    }

    /** How many appends wait. */
    int waiting() {
        return waiting.size();
    }

    /** Does the first append that waits; gives the number of its events. */
    int complete() {
        Append append = waiting.remove();
        append.result.complete(log.append(append.events).toCompletableFuture().join());
        return append.events.size();
    }

    /** Lets the first append that waits fail. */
    void fail() {
        fail(new LogException("the disk is gone"));
    }

    /** Lets the first append that waits fail so. */
    void fail(RuntimeException cause) {
        waiting.remove().result.completeExceptionally(cause);
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        Append append = new Append(events, new CompletableFuture<>());
        waiting.add(append);
        return append.result;
    }

    @Override
    public String epoch() {
        return log.epoch();
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        return log.read(after, filter, bounds);
    }

    @Override
    public Resolution resolve(Cursor cursor, Filter filter) {
        return log.resolve(cursor, filter);
    }

    @Override
    public OptionalLong find(String id) {
        return log.find(id);
    }

    @Override
    public long latest(Filter filter, int count) {
        return log.latest(filter, count);
    }

    @Override
    public long end() {
        return log.end();
    }

    @Override
    public Size size() {
        return log.size();
    }

    @Override
    public long listen(TailListener listener) {
        return log.listen(listener);
    }

    @Override
    public void close() {
        log.close();
    }
}

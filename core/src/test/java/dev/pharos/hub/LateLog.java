package dev.pharos.hub;

import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.Resolution;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A log that can take its time, as one on a disk does: what is appended is shown later and acknowledged later still, and
 * grows while it is read. It remembers all that it has shown. Not thread-safe.
 */
final class LateLog implements EventLog {

    private final EventLog log;
    private final Random random;
    private final boolean late;
    private final NavigableMap<Long, Entry> shown = new TreeMap<>();
    private final ArrayDeque<Runnable> appends = new ArrayDeque<>();
    private final ArrayDeque<Runnable> acknowledgements = new ArrayDeque<>();

    LateLog(EventLog log, Random random, boolean late) {
        this.log = log;
        this.random = random;
        this.late = late;
    }

    /** All entries that the tail has shown, by position. */
    NavigableMap<Long, Entry> shown() {
        return shown;
    }

    /** Does the next that is to be done; false if there is nothing. */
    boolean step() {
        boolean appendFirst = acknowledgements.isEmpty() || random.nextBoolean();
        Runnable next = appendFirst && !appends.isEmpty() ? appends.poll() : acknowledgements.poll();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    @Override
    public String epoch() {
        return log.epoch();
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        CompletableFuture<List<Entry>> acknowledged = new CompletableFuture<>();
        appends.add(() ->
                log.append(events).thenAccept(entries -> acknowledgements.add(() -> acknowledged.complete(entries))));
        while (!late && step()) {
            // at once
        }
        return acknowledged;
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        maybeGrow();
        Batch batch = log.read(after, filter, bounds);
        maybeGrow();
        return batch;
    }

    @Override
    public Resolution resolve(Cursor cursor, Filter filter) {
        maybeGrow();
        Resolution resolution = log.resolve(cursor, filter);
        maybeGrow();
        return resolution;
    }

    private void maybeGrow() {
        while (random.nextInt(3) == 0 && step()) {
            // so it grows
        }
    }

    @Override
    public OptionalLong find(String id) {
        return log.find(id);
    }

    @Override
    public long latest(Filter filter, int count) {
        maybeGrow();
        long from = log.latest(filter, count);
        maybeGrow();
        return from;
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
        return log.listen(entries -> {
            entries.forEach(entry -> shown.put(entry.position(), entry));
            listener.onAppend(entries);
        });
    }

    @Override
    public void close() {
        log.close();
    }
}

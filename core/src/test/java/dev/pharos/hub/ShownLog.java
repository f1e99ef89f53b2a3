package dev.pharos.hub;

import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.Resolution;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A log that has a point of an interleaving wherever another thread may come in between: around each reading, and between
 * keeping an event and showing it to the tail. Unlike the log below, it holds no lock while it shows. One thread appends.
 */
final class ShownLog extends CountedLog {

    private final Runnable point;
    private final ArrayDeque<List<Entry>> kept = new ArrayDeque<>();
    private @Nullable TailListener tail;

    ShownLog(EventLog log, Runnable point) {
        super(log);
        this.point = point;
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        CompletionStage<List<Entry>> appended = super.append(events);
        point.run();
        for (List<Entry> entries = kept.poll(); entries != null; entries = kept.poll()) {
            Objects.requireNonNull(tail).onAppend(entries);
        }
        return appended;
    }

    @Override
    public long listen(TailListener listener) {
        tail = listener;
        return super.listen(kept::add);
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        point.run();
        Batch batch = super.read(after, filter, bounds);
        point.run();
        return batch;
    }

    @Override
    public Resolution resolve(Cursor cursor, Filter filter) {
        Resolution resolution = super.resolve(cursor, filter);
        point.run();
        return resolution;
    }

    @Override
    public long end() {
        long end = super.end();
        point.run();
        return end;
    }
}

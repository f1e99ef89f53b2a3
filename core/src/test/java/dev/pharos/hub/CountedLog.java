package dev.pharos.hub;

import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.Resolution;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A log that counts how often it is read, over another one; tests override what shall go wrong. */
class CountedLog implements EventLog {

    private final EventLog log;
    int reads;
    /** What reading ends in, if anything. */
    @Nullable
    RuntimeException failure;

    CountedLog(EventLog log) {
        this.log = log;
    }

    @Override
    public String epoch() {
        return log.epoch();
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        return log.append(events);
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        reads++;
        if (failure != null) {
            throw failure;
        }
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

package dev.pharos.hub;

import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.Resolution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/** A log whose positions have holes of any size, over one whose positions are consecutive. Not thread-safe. */
final class HoleyLog implements EventLog {

    private final EventLog dense;
    private final Random random;
    /** The position here of each position there. */
    private final List<Long> positions = new ArrayList<>(List.of(0L));

    HoleyLog(EventLog dense, Random random) {
        this.dense = dense;
        this.random = random;
    }

    @Override
    public String epoch() {
        return dense.epoch();
    }

    @Override
    public CompletionStage<List<Entry>> append(List<Event> events) {
        return dense.append(events).thenApply(this::here);
    }

    @Override
    public Batch read(long after, Filter filter, Bounds bounds) {
        long denseUntil = there(bounds.until());
        Batch batch = dense.read(there(after), filter, new Bounds(denseUntil, bounds.maxBytes()));
        long next = here(batch.next());
        if (batch.next() < dense.end() && batch.next() >= denseUntil) {
            long far = here(batch.next() + 1) - 1;
            next = random.nextBoolean() ? far : Math.min(far, Math.max(next, bounds.until()));
        }
        return new Batch(here(batch.entries()), Math.max(after, next), here(batch.floor()));
    }

    @Override
    public Resolution resolve(Cursor cursor, Filter filter) {
        if (cursor.position() > end()) {
            return new Resolution.Lost(end(), 0, "beyond the end");
        }
        return switch (dense.resolve(new Cursor(cursor.epoch(), there(cursor.position())), filter)) {
            case Resolution.Resumed resumed -> new Resolution.Resumed(cursor.position());
            case Resolution.Lost lost ->
                new Resolution.Lost(
                        lost.floor() > 0 ? cursor.position() : here(lost.from()), here(lost.floor()), lost.reason());
        };
    }

    @Override
    public OptionalLong find(String id) {
        OptionalLong found = dense.find(id);
        return found.isPresent() ? OptionalLong.of(here(found.getAsLong())) : found;
    }

    @Override
    public long latest(Filter filter, int count) {
        return here(dense.latest(filter, count));
    }

    @Override
    public long end() {
        return here(dense.end());
    }

    @Override
    public Size size() {
        return dense.size();
    }

    @Override
    public long listen(TailListener listener) {
        return here(dense.listen(entries -> listener.onAppend(here(entries))));
    }

    @Override
    public void close() {
        dense.close();
    }

    private List<Entry> here(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new Entry(entry.epoch(), here(entry.position()), entry.time(), entry.event()))
                .toList();
    }

    private long here(long position) {
        while (positions.size() <= position) {
            int hole = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(3);
            positions.add(positions.getLast() + 1 + hole);
        }
        return positions.get((int) position);
    }

    private long there(long position) {
        int found = Collections.binarySearch(positions, position);
        return found >= 0 ? found : -found - 2;
    }
}

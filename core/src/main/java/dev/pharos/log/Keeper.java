package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The thread that keeps a segment log within its bounds: writes the indexes of full segments and drops the oldest ones.
 *
 * <p>What fails is tried again later; a file goes only after what outlasts it is durable.
 */
final class Keeper {

    private static final System.Logger LOG = System.getLogger(Keeper.class.getName());

    private static final long PAUSE_MILLIS = 10_000;
    private static final int CHECKED_AT_ONCE = 256;

    private final Disk disk;
    private final Archive archive;
    private final SegmentLog.Retention retention;
    private final InstantSource clock;
    private final LogThread thread = new LogThread(this::run, "pharos-log-keeper");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean asked;
    private boolean closing;

    /** One at a time: the thread, or a test. */
    private final ReentrantLock working = new ReentrantLock();

    private final List<String> unneeded = new ArrayList<>();
    private boolean keptIsOld;

    Keeper(Disk disk, Archive archive, SegmentLog.Retention retention, InstantSource clock) {
        this.disk = disk;
        this.archive = archive;
        this.retention = retention;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /** A segment is full. From any thread. */
    void onSealed() {
        lock.lock();
        try {
            asked = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        thread.awaitEnd();
    }

    private void run() {
        while (await()) {
            try {
                work();
            } catch (IOException failure) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the log in {0} could not be tidied and will be later: {1}",
                        disk.describe(),
                        failure);
            } catch (RuntimeException | Error failure) {
                LOG.log(System.Logger.Level.ERROR, "the log in " + disk.describe() + " cannot be tidied", failure);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // to wake without a reason is fine
    private boolean await() {
        lock.lock();
        try {
            if (!asked && !closing) {
                changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
            asked = false;
            return !closing;
        } catch (InterruptedException ignored) {
            return true; // nobody has a reason to interrupt this thread
        } finally {
            lock.unlock();
        }
    }

    /** Does what is to be done now. */
    void work() throws IOException {
        working.lock();
        try {
            for (Segment segment : full()) {
                if (segment.index() instanceof OpenIndex index) {
                    writeIndex(segment, index);
                    keptIsOld = true;
                }
            }
            for (Segment oldest = overBounds(); oldest != null; oldest = overBounds()) {
                drop(oldest);
            }
            archive.lock.lock();
            try {
                keptIsOld |= archive.survivors.dropBefore(
                        clock.millis() - retention.maxAge().toMillis());
            } finally {
                archive.lock.unlock();
            }
            if (keptIsOld) {
                KeptFile.write(disk, snapshot());
                keptIsOld = false;
            }
            while (!unneeded.isEmpty()) {
                disk.delete(unneeded.getLast());
                unneeded.removeLast();
            }
        } finally {
            working.unlock();
        }
    }

    private List<Segment> full() {
        archive.lock.lock();
        try {
            List<Segment> all = new ArrayList<>(archive.segments.values());
            if (!all.isEmpty()) {
                all.removeLast();
            }
            return all;
        } finally {
            archive.lock.unlock();
        }
    }

    /** A full segment's index changes no more, so it is written without the lock. */
    private void writeIndex(Segment segment, OpenIndex index) throws IOException {
        Output out = new Output();
        index.write(out, segment.end());
        String name = segment.indexName() + Layout.NEW;
        try (Disk.File file = disk.create(name)) {
            file.truncate(0);
            file.write(out.buffer(), 0);
            file.sync();
        }
        disk.rename(name, segment.indexName());
        ByteBuffer mapped = disk.map(segment.indexName());
        SealedIndex sealed = SealedIndex.open(mapped, segment.end());
        if (sealed != null) {
            archive.lock.lock();
            try {
                segment.useIndex(sealed);
            } finally {
                archive.lock.unlock();
            }
        }
    }

    /** The oldest segment if it has to go, never the one that is written. */
    private @Nullable Segment overBounds() {
        archive.lock.lock();
        try {
            if (archive.segments.size() < 2) {
                return null;
            }
            long bytes = 0;
            long events = 0;
            for (Segment segment : archive.segments.values()) {
                bytes += segment.end();
                events += segment.index().events();
            }
            Segment oldest = archive.segments.firstEntry().getValue();
            boolean isOld = oldest.index().newest()
                    < clock.millis() - retention.maxAge().toMillis();
            return bytes > retention.maxBytes() || events > retention.maxEvents() || isOld ? oldest : null;
        } finally {
            archive.lock.unlock();
        }
    }

    private void drop(Segment segment) throws IOException {
        Floors dropped = retention.floors();
        List<Entry> newest = new ArrayList<>();
        List<Entry> some = new ArrayList<>();
        Batches batches;
        archive.lock.lock();
        try {
            batches = segment.batches(Layout.SEGMENT_HEADER);
        } finally {
            archive.lock.unlock();
        }
        try {
            Records records = new Records();
            while (batches.next()) {
                ByteBuffer body = batches.body();
                for (int i = 0; i < batches.count(); i++) {
                    Records.length(body);
                    some.add(new Entry(archive.epoch(), batches.first() + i, batches.time(), records.read(body)));
                    if (some.size() == CHECKED_AT_ONCE) {
                        sort(some, newest, dropped);
                    }
                }
            }
        } catch (Damage damage) {
            // What cannot be read cannot be kept: whoever has not read it is told.
            LOG.log(System.Logger.Level.ERROR, archive.unreadable(damage).getMessage());
            dropped.forgetTo(segment.last());
        }
        sort(some, newest, dropped);
        archive.lock.lock();
        try {
            archive.segments.remove(segment.first());
            archive.floors.merge(dropped);
            newest.forEach(archive.survivors::add);
            segment.drop();
        } finally {
            archive.lock.unlock();
        }
        keptIsOld = true;
        unneeded.add(segment.indexName());
        unneeded.add(segment.fileName());
    }

    /** Takes apart those that are the newest of a topic; what is not now will never be. */
    private void sort(List<Entry> some, List<Entry> newest, Floors dropped) {
        archive.lock.lock();
        try {
            for (Entry entry : some) {
                if (retention.keepLast() > 0 && archive.newest.holds(entry.event(), entry.position())) {
                    newest.add(entry);
                } else {
                    dropped.dropped(entry.event(), entry.position());
                }
            }
        } finally {
            archive.lock.unlock();
        }
        some.clear();
    }

    private KeptFile.Snapshot snapshot() {
        archive.lock.lock();
        try {
            long first = archive.segments.isEmpty() ? 0 : archive.segments.firstKey();
            return new KeptFile.Snapshot(
                    KeptFile.tables(new KeptFile.Bounds(archive.end(), first), archive.floors, archive.newest),
                    archive.survivors.all());
        } finally {
            archive.lock.unlock();
        }
    }
}

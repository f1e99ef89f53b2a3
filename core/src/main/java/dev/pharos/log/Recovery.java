package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The start of a segment log: finds what is there, cuts what a crash has left behind the last sync, and refuses damage
 * before it. Used once, by one thread.
 */
final class Recovery {

    private final Disk disk;
    private final SegmentLog.Options options;
    private final List<String> notes = new ArrayList<>();

    Recovery(Disk disk, SegmentLog.Options options) {
        this.disk = disk;
        this.options = options;
    }

    /**
     * What a start has found.
     *
     * @param active the segment to go on with, or null when there is none
     * @param next the first position to give
     * @param notes what a user should know of it, in sentences
     */
    record Found(
            HeadFile headFile, Archive archive, @Nullable Segment active, long next, List<String> notes) {}

    Found run() throws IOException, Damage {
        Set<String> names = new HashSet<>(disk.list());
        if (!names.contains(Layout.HEAD)) {
            return create(names);
        }
        HeadFile headFile = HeadFile.open(disk, true);
        boolean done = false;
        try {
            Found found = open(names, headFile);
            done = true;
            return found;
        } finally {
            if (!done) {
                headFile.close();
            }
        }
    }

    private Found create(Set<String> names) throws IOException {
        if (names.stream().anyMatch(name -> Layout.first(name, Layout.SEGMENT) >= 0)) {
            throw new LogException(
                    "the log in %s has lost its head: the file '%s' is missing; bring it back from a copy, or let './pharos log repair --data %s' make a new one"
                            .formatted(disk.describe(), Layout.HEAD, disk.describe()));
        }
        refuseForeign(disk, names);
        RandomGenerator random = options.random();
        String epoch = Long.toString(random.nextLong() >>> 12, Character.MAX_RADIX);
        HeadFile headFile = HeadFile.create(disk, Head.create(epoch, random.nextLong()));
        Archive archive = new Archive(disk.describe(), headFile.head(), options.retention());
        return new Found(headFile, archive, null, 1, notes);
    }

    /** Refuses a directory without a log in which something else is. */
    static void refuseForeign(Disk disk, Set<String> names) {
        if (names.contains(Layout.HEAD) || names.stream().anyMatch(name -> Layout.first(name, Layout.SEGMENT) >= 0)) {
            return;
        }
        for (String name : names) {
            if (!name.equals(Layout.LOCK) && !name.equals(Layout.HEAD + Layout.NEW)) {
                throw new LogException(
                        "%s is not empty and no log of Pharos: it has '%s'; name an empty directory or a new one"
                                .formatted(disk.describe(), name));
            }
        }
    }

    private Found open(Set<String> names, HeadFile headFile) throws IOException, Damage {
        Head head = headFile.head();
        Archive archive = new Archive(disk.describe(), head, options.retention());
        KeptFile.Bounds kept = names.contains(Layout.KEPT)
                ? KeptFile.read(disk, head.epoch(), archive.floors, archive.newest, archive.survivors)
                : new KeptFile.Bounds(0, 0);
        tidy(names, kept.firstKept());
        List<Segment> segments = segments(names, kept.firstKept(), head);
        for (int i = 0; i < segments.size() - 1; i++) {
            full(segments.get(i), segments.get(i + 1).header(), archive, kept.through());
        }
        long last = Math.max(kept.firstKept() - 1, 0);
        Segment active = segments.isEmpty() ? null : segments.getLast();
        if (active != null) {
            last = Math.max(last, scanActive(active, archive, kept.through(), head));
        }
        archive.newest.cut(last);
        long end = head.isClean() ? Math.max(last, head.end()) : last;
        long known = head.isClean() ? head.end() : head.lax() ? 0 : kept.through();
        if (last < known && !isHole(head, last, known)) {
            throw new Damage(
                    active == null ? Layout.HEAD : active.fileName(),
                    active == null ? 0 : active.end(),
                    "the log had events up to position %d and has them up to %d".formatted(known, last));
        }
        long reserved = Math.max(head.reserved(), end);
        if (!head.isClean()) {
            // The end of an older hole was the end of the log, and readers may be there.
            long before = behindHoles(head, last);
            if (reserved > before) {
                head = head.withHole(before + 1, reserved, head.lax());
            }
            end = reserved;
            head = head.closed(end, end);
            headFile.write(head);
        }
        for (Segment segment : segments) {
            archive.segments.put(segment.first(), segment);
        }
        archive.recovered(head, end);
        return new Found(headFile, archive, active, Math.max(reserved, end) + 1, notes);
    }

    /** Whether the events between the last one there is and the end never were. */
    static boolean isHole(Head head, long last, long end) {
        return behindHoles(head, last) >= end;
    }

    /** The last position behind the last event there is of which it is known that it has none. */
    private static long behindHoles(Head head, long last) {
        long at = last;
        for (Head.Hole hole : head.holes()) {
            if (hole.first() <= at + 1) {
                at = Math.max(at, hole.last());
            }
        }
        return at;
    }

    /** Removes what an earlier life of the log did not come to remove. */
    private void tidy(Set<String> names, long firstKept) throws IOException {
        for (String name : List.copyOf(names)) {
            long segment = Layout.first(name, Layout.SEGMENT);
            long index = Layout.first(name, Layout.INDEX);
            boolean isNew = name.endsWith(Layout.NEW) && isOurs(name);
            boolean dropped = (segment >= 0 && segment < firstKept) || (index >= 0 && index < firstKept);
            boolean orphan = index >= 0 && !names.contains(Layout.name(index) + Layout.SEGMENT);
            if (isNew || dropped || orphan) {
                disk.delete(name);
                names.remove(name);
            } else if (!isOurs(name)) {
                notes.add("%s has a file that is none of the log's and is left alone: '%s'"
                        .formatted(disk.describe(), name));
            }
        }
    }

    static boolean isOurs(String name) {
        String base = name.endsWith(Layout.NEW) ? name.substring(0, name.length() - Layout.NEW.length()) : name;
        return Layout.first(base, Layout.SEGMENT) >= 0
                || Layout.first(base, Layout.INDEX) >= 0
                || Set.of(Layout.HEAD, Layout.KEPT, Layout.LOCK, "probe").contains(base);
    }

    private List<Segment> segments(Set<String> names, long firstKept, Head head) throws IOException, Damage {
        List<Long> firsts = names.stream()
                .map(name -> Layout.first(name, Layout.SEGMENT))
                .filter(first -> first >= 0)
                .sorted()
                .toList();
        ArrayDeque<Segment> segments = new ArrayDeque<>();
        for (long first : firsts.reversed()) {
            Segment segment = open(first, head);
            if (segment == null) {
                continue;
            }
            Segment following = segments.peekFirst();
            if (following != null && segment.first() != following.header().previous()) {
                if (segment.file().length() > Layout.SEGMENT_HEADER
                        || segment.first() < following.header().previous()) {
                    throw missing(following);
                }
                // It was begun when the disk was full and given up.
                segment.drop();
                disk.delete(segment.fileName());
                continue;
            }
            segments.addFirst(segment);
        }
        Segment oldest = segments.peekFirst();
        if (oldest != null && oldest.header().previous() > 0 && oldest.header().previous() >= firstKept) {
            throw missing(oldest);
        }
        return new ArrayList<>(segments);
    }

    private static Damage missing(Segment following) {
        return new Damage(
                Layout.name(following.header().previous()) + Layout.SEGMENT,
                0,
                "the segment before %s is missing".formatted(following.fileName()));
    }

    private @Nullable Segment open(long first, Head head) throws IOException, Damage {
        String name = Layout.name(first) + Layout.SEGMENT;
        try {
            Segment segment = Segment.open(disk, first);
            if (!segment.header().epoch().equals(head.epoch())) {
                throw new Damage(name, Layout.SEGMENT_EPOCH, "the segment is of another log");
            }
            return segment;
        } catch (Damage damage) {
            if (isEmpty(name)) {
                disk.delete(name); // a crash came before its header was on the disk, so nothing ever was in it
                return null;
            }
            throw damage;
        }
    }

    private boolean isEmpty(String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            return file.length() <= Layout.SEGMENT_HEADER;
        }
    }

    /** A segment that another one follows: nothing of it may be missing. */
    private void full(Segment segment, Segment.Header following, Archive archive, long through)
            throws IOException, Damage {
        long end = following.previousEnd();
        long length = segment.file().length();
        if (end > length) {
            throw new Damage(
                    segment.fileName(), length, "the file ends %d bytes before its last event".formatted(end - length));
        }
        SealedIndex index = index(segment, end);
        long last = following.first() - 1;
        if (index == null || last > through) {
            scan(segment, end, index == null, archive, through);
        }
        if (index != null) {
            segment.useIndex(index);
        } else {
            notes.add("the index of the segment %s was missing and is made again".formatted(segment.fileName()));
        }
        segment.grownTo(end, last);
    }

    private @Nullable SealedIndex index(Segment segment, long end) {
        try {
            ByteBuffer mapped = disk.map(segment.indexName());
            SealedIndex index = SealedIndex.open(mapped, end);
            return index != null && index.checks() ? index : null;
        } catch (IOException none) {
            return null;
        }
    }

    /** Reads all batches up to an offset; gives the position of the last event. */
    private static long scan(Segment segment, long end, boolean toIndex, Archive archive, long through)
            throws IOException, Damage {
        Batches batches = new Batches(segment.file(), segment.fileName(), Layout.SEGMENT_HEADER, end);
        long last = segment.first() - 1;
        Records records = new Records();
        while (batches.next()) {
            add(batches, records, segment, toIndex, archive, through);
            last = batches.last();
        }
        return last;
    }

    private static void add(
            Batches batches, Records records, Segment segment, boolean toIndex, Archive archive, long through)
            throws Damage {
        if (toIndex) {
            segment.openIndex().addBatch(batches.first(), batches.offset(), batches.time());
        }
        try {
            ByteBuffer body = batches.body();
            for (int i = 0; i < batches.count(); i++) {
                int length = Records.length(body);
                int end = body.position() + length;
                long position = batches.first() + i;
                Event event = records.read(body);
                body.position(end);
                if (toIndex) {
                    segment.openIndex().addEvent(event, position, archive.hashes());
                }
                if (position > through) {
                    archive.newest.appended(event, position, archive.survivors::release);
                }
            }
        } catch (RuntimeException unreadable) {
            throw batches.unreadable();
        }
    }

    /** The segment that was written last: behind its last sync anything may be. */
    private long scanActive(Segment segment, Archive archive, long through, Head head) throws IOException, Damage {
        long length = segment.file().length();
        Batches batches = new Batches(segment.file(), segment.fileName(), Layout.SEGMENT_HEADER, length);
        Records records = new Records();
        long last = segment.first() - 1;
        long end = Layout.SEGMENT_HEADER;
        try {
            while (batches.next()) {
                add(batches, records, segment, true, archive, through);
                last = batches.last();
                end = batches.end();
            }
        } catch (Damage damage) {
            if (head.isClean() || syncedBehind(segment, end, length) > end) {
                throw damage;
            }
        }
        if (!head.isClean()) {
            makeDurable(segment, end, length);
        }
        segment.grownTo(end, last);
        return last;
    }

    /** The highest offset up to which the file was durable, as batches behind an offset tell that are still whole. */
    private static long syncedBehind(Segment segment, long offset, long length) throws IOException {
        long synced = 0;
        long at = offset + 1;
        while ((at = findMagic(segment, at, length)) >= 0) {
            Batches candidate = new Batches(segment.file(), segment.fileName(), at, length);
            try {
                candidate.next();
                synced = Math.max(synced, candidate.synced());
                at = candidate.end();
            } catch (Damage no) {
                at++;
            }
        }
        return synced;
    }

    private static long findMagic(Segment segment, long from, long length) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(64 << 10);
        for (long at = from; at + 4 <= length; at += window.limit() - 3) {
            window.clear();
            segment.file().read(window, at);
            window.flip();
            if (window.limit() < 4) {
                break;
            }
            for (int i = 0; i + 4 <= window.limit(); i++) {
                if (window.getInt(i) == Layout.BATCH_MAGIC) {
                    return at + i;
                }
            }
        }
        return -1;
    }

    /** Cuts the file behind the last event; what is left may still be on its way to the disk. */
    private void makeDurable(Segment segment, long end, long length) throws IOException {
        try (Disk.File file = disk.create(segment.fileName())) {
            if (length > end) {
                file.truncate(end);
                notes.add(String.format(
                        Locale.ROOT,
                        "the log in %s was not closed: %,d bytes at the end of %s had not reached the disk whole and"
                                + " were cut",
                        disk.describe(),
                        length - end,
                        segment.fileName()));
            }
            file.sync();
        }
        disk.sync();
    }
}

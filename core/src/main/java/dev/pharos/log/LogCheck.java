package dev.pharos.log;

import dev.pharos.log.LogFiles.Finding;
import dev.pharos.log.LogFiles.Positions;
import dev.pharos.log.LogFiles.Weight;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A look at all files of a log, which finds every damage where {@link Recovery} stops at the first. Changes nothing. Used
 * once, by one thread.
 */
final class LogCheck {

    private final Disk disk;
    private final boolean inUse;
    private final boolean thoroughly;
    private final Set<String> names = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    /** The head, or null when there is none that can be read. */
    @Nullable
    Head head;

    boolean keptIsDamaged;
    KeptFile.Bounds kept = new KeptFile.Bounds(0, 0);
    /** In order, those of other logs left out. */
    final List<SegmentCheck> segments = new ArrayList<>();
    /** Files with segments of other logs. */
    final List<String> strangers = new ArrayList<>();
    /** Where events were that are gone with their segment. */
    final List<Positions> missing = new ArrayList<>();

    private String epoch = "";
    private long survivors;
    private long survivorBytes;

    LogCheck(Disk disk, boolean inUse, boolean thoroughly) {
        this.disk = disk;
        this.inUse = inUse;
        this.thoroughly = thoroughly;
    }

    LogCheck run(LogFiles.Progress progress) throws IOException {
        // In this order: what the log drops meanwhile is in the kept file before its segment goes.
        names.addAll(disk.list());
        head();
        segments();
        kept();
        segments.removeIf(segment -> segment.first < kept.firstKept());
        chain();
        read(progress);
        files();
        return this;
    }

    boolean has(String name) {
        return names.contains(name);
    }

    /** The epoch of the head, or else of the newest segment that tells one; empty when none does. */
    String epoch() {
        return epoch;
    }

    List<Finding> findings() {
        return findings;
    }

    private void head() throws IOException {
        if (!names.contains(Layout.HEAD)) {
            damage(Layout.HEAD, 0, "the head is missing", null);
            return;
        }
        try (HeadFile file = HeadFile.open(disk, false)) {
            head = file.head();
            epoch = file.head().epoch();
            int other = file.unreadable();
            if (other >= 0 && !inUse) {
                found(Weight.MENDED, Layout.HEAD, other, "one of the two slots cannot be read; the other one is", null);
            }
        } catch (Damage damage) {
            damage(damage, null);
        }
    }

    private void segments() throws IOException {
        List<Long> firsts = names.stream()
                .map(name -> Layout.first(name, Layout.SEGMENT))
                .filter(first -> first >= 0)
                .sorted()
                .toList();
        for (long first : firsts.reversed()) {
            String name = Layout.name(first) + Layout.SEGMENT;
            try (Disk.File file = disk.open(name)) {
                long length = file.length();
                Segment.Header header = null;
                try {
                    header = Segment.Header.read(file, name, first);
                    epoch = epoch.isEmpty() ? header.epoch() : epoch;
                } catch (Damage damage) {
                    if (length <= Layout.SEGMENT_HEADER) {
                        crashed(name, "a crash came before anything was in the segment");
                        continue;
                    }
                    damage(damage, null);
                }
                if (header != null && !header.epoch().equals(epoch)) {
                    damage(name, Layout.SEGMENT_EPOCH, "the segment is of another log", null);
                    strangers.add(name);
                    continue;
                }
                segments.addFirst(new SegmentCheck(first, header, length));
            } catch (NoSuchFileException | FileNotFoundException dropped) {
                if (!inUse) {
                    throw dropped;
                }
                break; // and with it all before it
            }
        }
    }

    private void kept() throws IOException {
        if (!names.contains(Layout.KEPT)) {
            return;
        }
        Archive archive = new Archive(
                disk.describe(), Head.create(epoch, head == null ? 0 : head.seed()), SegmentLog.Retention.DEFAULT);
        try {
            kept = KeptFile.read(disk, epoch, archive.floors, archive.newest, archive.survivors);
            survivors = archive.survivors.count();
            survivorBytes = archive.survivors.bytes();
        } catch (Damage damage) {
            keptIsDamaged = true;
            damage(damage, null);
        } catch (RuntimeException nonsense) {
            keptIsDamaged = true;
            damage(Layout.KEPT, 0, "its checksums are right and its tables make no sense", null);
        }
    }

    /** Follows the segments from the newest back, as each names the one before. */
    private void chain() {
        List<SegmentCheck> chained = new ArrayList<>();
        SegmentCheck following = null;
        for (SegmentCheck segment : segments.reversed()) {
            Segment.Header link = following == null ? null : following.header;
            if (link != null && segment.first > link.previous()) {
                if (segment.length <= Layout.SEGMENT_HEADER) {
                    crashed(segment.name, "the segment was begun when the disk was full, and given up");
                    continue;
                }
                damage(segment.name, 0, "the segment behind it does not know of it", null);
            }
            chained.addFirst(segment);
            following = segment;
        }
        segments.clear();
        segments.addAll(chained);
    }

    private void read(LogFiles.Progress progress) throws IOException {
        long total = segments.stream().mapToLong(segment -> segment.length).sum();
        long done = 0;
        for (int i = 0; i < segments.size(); i++) {
            SegmentCheck segment = segments.get(i);
            SegmentCheck following = i + 1 < segments.size() ? segments.get(i + 1) : null;
            long before = done;
            try {
                read(segment, following, at -> progress.at(before + at, total));
            } catch (NoSuchFileException | FileNotFoundException dropped) {
                if (!inUse) {
                    throw dropped;
                }
                segments.subList(0, i + 1).clear(); // the oldest go first
                i = -1;
            }
            done += segment.length;
        }
        progress.at(total, total);
        missing();
    }

    private void read(SegmentCheck segment, @Nullable SegmentCheck following, java.util.function.LongConsumer read)
            throws IOException {
        Segment.Header link = following == null ? null : following.header;
        if (following == null) {
            boolean closed = isClosed();
            long given = head == null ? Long.MAX_VALUE - 1 : closed ? head.end() : head.reserved();
            segment.read(disk, segment.length, inUse ? Long.MAX_VALUE : given + 1, read);
            active(segment, closed);
        } else if (link == null || link.previous() != segment.first) {
            // Where its last event ends is not known. Behind it may be what remains of a write that failed.
            segment.read(disk, segment.length, following.first, read);
            segment.tail = null;
        } else {
            SealedIndex index = index(segment, link.previousEnd());
            if (!thoroughly && index != null && link.previousEnd() <= segment.length) {
                segment.trust(index, following.first - 1);
            } else {
                segment.read(disk, link.previousEnd(), following.first, read);
            }
            segment.tailIsGap();
        }
        for (SegmentCheck.Gap gap : segment.gaps) {
            damage(segment.name, gap.from(), gap.what(), positions(gap.first(), gap.last()));
        }
    }

    private boolean isClosed() {
        Head known = head;
        return !inUse && known != null && known.isClean();
    }

    /** What was not synced when the machine stopped is cut by a start. */
    private void active(SegmentCheck segment, boolean closed) {
        if (closed) {
            segment.tailIsGap();
        } else if (!segment.gaps.isEmpty()
                && segment.synced <= segment.gaps.getFirst().from()) {
            segment.cutAt(segment.gaps.getFirst());
        }
        SegmentCheck.Gap tail = segment.tail;
        if (tail != null && !inUse) {
            crashed(
                    segment.name,
                    tail.from(),
                    "%s: behind the last sync, %d bytes that a start cuts"
                            .formatted(tail.what(), segment.length - tail.from()));
        }
    }

    private @Nullable SealedIndex index(SegmentCheck segment, long end) {
        String name = Layout.name(segment.first) + Layout.INDEX;
        try {
            SealedIndex index = names.contains(name) ? SealedIndex.open(disk.map(name), end) : null;
            if (index != null && index.checks()) {
                return index;
            }
        } catch (IOException gone) {
            // Nothing is known from it.
        }
        if (!inUse) {
            crashed(
                    name,
                    "the index is %s; a start makes it again".formatted(names.contains(name) ? "wrong" : "missing"));
        }
        return null;
    }

    /** Notes what must have been there and is not. */
    private void missing() {
        SegmentCheck before = null;
        for (SegmentCheck segment : segments) {
            Segment.Header link = segment.header;
            if (link != null && link.previous() > 0) {
                boolean isThere = before == null
                        ? link.previous() < kept.firstKept() || inUse || keptIsDamaged
                        : link.previous() <= before.first;
                if (!isThere) {
                    missing(
                            Layout.name(link.previous()) + Layout.SEGMENT,
                            "the segment before %s is missing".formatted(segment.name),
                            before == null ? Math.max(1, kept.firstKept()) : before.last + 1,
                            segment.first - 1);
                }
            } else if (link == null) {
                long from = before == null ? Math.max(1, kept.firstKept()) : before.last + 1;
                if (from < segment.first && (head == null || !Recovery.isHole(head, from - 1, segment.first - 1))) {
                    missing(segment.name, "events before it may be missing", from, segment.first - 1);
                }
            }
            before = segment;
        }
        if (inUse || head == null) {
            return;
        }
        long last = before == null ? Math.max(0, kept.firstKept() - 1) : before.last;
        long known = head.isClean() ? head.end() : head.lax() ? 0 : kept.through();
        boolean isTold = before != null
                && !before.gaps.isEmpty()
                && before.gaps.getLast().last() >= known;
        if (last < known && !isTold && !Recovery.isHole(head, last, known)) {
            missing(
                    before == null ? Layout.HEAD : before.name,
                    "the log had events up to position %d and has them up to %d".formatted(known, last),
                    last + 1,
                    known);
        }
    }

    private void missing(String file, String what, long first, long last) {
        damage(file, 0, what, positions(first, last));
        if (first <= last) {
            missing.add(new Positions(first, last));
        }
    }

    /** What else is in the directory. */
    private void files() {
        for (String name : names.stream().sorted().toList()) {
            long segment = Layout.first(name, Layout.SEGMENT);
            long index = Layout.first(name, Layout.INDEX);
            if (!Recovery.isOurs(name)) {
                found(Weight.NOTE, name, 0, "the file is none of the log's and is left alone", null);
            } else if (name.endsWith(Layout.NEW)) {
                crashed(name, "a file that was not finished; a start removes it");
            } else if (Math.max(segment, index) >= 0 && Math.max(segment, index) < kept.firstKept()) {
                crashed(name, "a file that was dropped; a start removes it");
            } else if (index >= 0 && !names.contains(Layout.name(index) + Layout.SEGMENT)) {
                crashed(name, "an index without its segment; a start removes it");
            }
        }
    }

    LogFiles.Summary summary() {
        List<LogFiles.SegmentSummary> all = new ArrayList<>();
        for (SegmentCheck segment : segments) {
            all.add(new LogFiles.SegmentSummary(
                    segment.name,
                    segment.first,
                    segment.last,
                    segment.end,
                    segment.events,
                    segment.oldest,
                    segment.newest));
        }
        Head known = head;
        return new LogFiles.Summary(
                epoch,
                inUse,
                isClosed(),
                known == null ? 0 : known.isClean() ? known.end() : known.reserved(),
                survivors,
                survivorBytes,
                all,
                known == null
                        ? List.of()
                        : known.holes().stream()
                                .map(hole -> new Positions(hole.first(), hole.last()))
                                .toList(),
                List.copyOf(findings));
    }

    private static @Nullable Positions positions(long first, long last) {
        return first <= last ? new Positions(first, last) : null;
    }

    private void damage(Damage damage, @Nullable Positions affected) {
        damage(damage.file(), damage.offset(), String.valueOf(damage.getMessage()), affected);
    }

    private void damage(String file, long offset, String what, @Nullable Positions affected) {
        found(Weight.DAMAGE, file, offset, what, affected);
    }

    private void crashed(String file, String what) {
        crashed(file, 0, what);
    }

    /** While the log is in use, this may be about to be put right. */
    private void crashed(String file, long offset, String what) {
        if (!inUse) {
            found(Weight.MENDED, file, offset, what, null);
        }
    }

    private void found(Weight weight, String file, long offset, String what, @Nullable Positions affected) {
        findings.add(new Finding(weight, file, offset, what, affected));
    }
}

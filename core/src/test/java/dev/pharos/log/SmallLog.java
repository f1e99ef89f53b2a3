package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log in small segments on a disk in memory, to be damaged: event {@code n} has the position n and the data "event n". */
final class SmallLog {

    static final Filter ALL = TopicFilter.ALL.withPrivate();

    private static final int SEGMENT_BYTES = 500;
    private static final InstantSource CLOCK = InstantSource.system();

    final RamDisk disk = new RamDisk();
    private int number;

    static SegmentLog.Options options(long maxBytes) {
        return new SegmentLog.Options(
                SyncPolicy.ALWAYS,
                new SegmentLog.Retention(maxBytes, Duration.ofDays(1), Long.MAX_VALUE, 1, 100, 1 << 20),
                SEGMENT_BYTES,
                1 << 20,
                CLOCK,
                new Random());
    }

    SegmentLog open() throws IOException {
        return SegmentLog.openUntended(disk, options(1 << 20));
    }

    /** Appends events in lives of their own, each closed. */
    SmallLog with(int events) throws IOException {
        try (SegmentLog log = open()) {
            append(log, events);
            log.tidy();
        }
        return this;
    }

    /** The same, but the machine stops while it is written. */
    SmallLog crashedWith(int events) throws IOException {
        SegmentLog log = open();
        append(log, events);
        log.tidy();
        disk.crash();
        log.close();
        disk.restart(new Random(1));
        return this;
    }

    /** Appends more than is kept: of each topic the newest survives. */
    SmallLog rolledWith(int events) throws IOException {
        try (SegmentLog log = SegmentLog.openUntended(disk, options(2_000))) {
            log.append(List.of(Event.of("quiet", "event " + ++number)))
                    .toCompletableFuture()
                    .join();
            append(log, events - 1);
            log.tidy();
        }
        return this;
    }

    void append(SegmentLog log, int events) {
        for (int i = 0; i < events; i++) {
            number++;
            Event event = Event.on("topic" + number % 3)
                    .id("id" + number)
                    .data("event " + number)
                    .build();
            log.append(List.of(event)).toCompletableFuture().join();
        }
    }

    /** The segments, the oldest first. */
    List<String> segments() {
        return disk.list().stream()
                .filter(name -> Layout.first(name, Layout.SEGMENT) >= 0)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    static long first(String segment) {
        return Layout.first(segment, Layout.SEGMENT);
    }

    /** Flips a bit. */
    void flip(String name, long offset) {
        disk.tamper(name, offset, (byte) (disk.content(name)[(int) offset] ^ 4));
    }

    /** Flips a bit in the data of an event. */
    void flipIn(String segment, long event) {
        String text = new String(disk.content(segment), StandardCharsets.ISO_8859_1);
        Matcher data = Pattern.compile("event " + event + "(?![0-9])").matcher(text);
        assertThat(data.find()).as("event %d in %s", event, segment).isTrue();
        flip(segment, data.start());
    }

    void cut(String name, int length) {
        disk.put(name, Arrays.copyOf(disk.content(name), length));
    }

    LogCheck check() throws IOException {
        return new LogCheck(disk, false, true).run((bytes, of) -> {});
    }

    List<LogFiles.Finding> damage() throws IOException {
        return check().findings().stream()
                .filter(finding -> finding.weight() == LogFiles.Weight.DAMAGE)
                .toList();
    }

    LogRepair repair() throws IOException {
        return new LogRepair(disk, null, check());
    }

    static List<Long> positions(EventLog log) {
        List<Long> positions = new ArrayList<>();
        for (Entry entry : log.read(0, ALL, new EventLog.Bounds(Long.MAX_VALUE, Integer.MAX_VALUE))
                .entries()) {
            positions.add(entry.position());
        }
        return positions;
    }

    static boolean resumes(EventLog log, long position) {
        return log.resolve(new Cursor(log.epoch(), position), ALL) instanceof Resolution.Resumed;
    }
}

package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.log.EventLog.Bounds;
import dev.pharos.log.SegmentLog.Options;
import dev.pharos.log.SegmentLog.Retention;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SegmentLogTest {

    private static final Bounds EVERYTHING = new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE);
    private static final TopicFilter QUIET = TopicFilter.of("quiet");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final AtomicLong millis = new AtomicLong(1_000_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    private final List<SegmentLog> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SegmentLog::close);
    }

    @Test
    void settlesWhatBecameDurableTogetherAsAGroup() {
        SegmentLog log = open(Retention.DEFAULT);
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch awaited = new CountDownLatch(1);
        log.listen(new EventLog.TailListener() {
            @Override
            public void onAppend(List<Entry> entries) {
                seen.add("append");
            }

            @Override
            public void onGroupStart() {
                seen.add("start");
                try {
                    awaited.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void onGroupEnd() {
                seen.add("end");
            }
        });
        log.append(List.of(Event.of("a", "1"))).thenRun(() -> seen.add("answer"));
        awaited.countDown();
        log.close();
        assertThat(seen).first().isEqualTo("start");
        assertThat(seen).last().isEqualTo("end");
        assertThat(seen).contains("append", "answer").hasSize(4);
    }

    @Test
    void resumesEveryCursorAfterARestart() {
        SegmentLog log = open(Retention.DEFAULT);
        String epoch = log.epoch();
        Entry first = append(log, Event.of("a", "1"));
        Entry second = append(log, Event.on("a").id("mine").data("2").build());
        log.close();

        SegmentLog again = open(Retention.DEFAULT);
        assertThat(again.epoch()).isEqualTo(epoch);
        assertThat(again.resolve(new Cursor(epoch, first.position()), TopicFilter.ALL))
                .isEqualTo(new Resolution.Resumed(first.position()));
        assertThat(again.read(0, TopicFilter.ALL, EVERYTHING).entries()).containsExactly(first, second);
        assertThat(again.find("mine")).hasValue(second.position());
        assertThat(append(again, Event.of("a", "3")).position()).isEqualTo(second.position() + 1);
    }

    @Test
    void hasAnotherEpochInAnotherDirectory() {
        Entry entry = append(open(Retention.DEFAULT), Event.of("a", "1"));
        SegmentLog other = SegmentLog.open(directory.resolve("other"), options(Retention.DEFAULT));
        opened.add(other);

        assertThat(other.resolve(new Cursor(entry.epoch(), entry.position()), TopicFilter.ALL))
                .isInstanceOfSatisfying(
                        Resolution.Lost.class, lost -> assertThat(lost.reason()).contains("another log"));
    }

    @Test
    void keepsAQuietTopicAndItsReadersWhenAChattyOneRollsTheHistoryOver() throws IOException {
        Retention retention = Retention.DEFAULT.withMaxBytes(20_000);
        SegmentLog log = open(retention);
        append(log, Event.of("quiet", "older"));
        Entry newest = append(log, Event.of("quiet", "newest"));
        for (int i = 0; i < 500; i++) {
            append(log, Event.of("chatty", "x".repeat(200)));
        }
        log.tidy();
        for (int life = 0; life < 2; life++) {
            assertThat(log.size().bytes()).isLessThan(30_000);
            assertThat(log.read(0, QUIET, EVERYTHING).entries()).containsExactly(newest);
            assertThat(log.resolve(new Cursor(log.epoch(), newest.position()), QUIET))
                    .isEqualTo(new Resolution.Resumed(newest.position()));
            assertThat(log.resolve(new Cursor(log.epoch(), 0), QUIET)).isInstanceOf(Resolution.Lost.class);
            assertThat(log.resolve(new Cursor(log.epoch(), newest.position()), TopicFilter.of("chatty")))
                    .isInstanceOf(Resolution.Lost.class);
            log.close();
            log = open(retention);
        }
    }

    @Test
    void dropsByAgeAlsoWhatIsTheNewestOfItsTopic() throws IOException {
        SegmentLog log = open(Retention.DEFAULT.withMaxAge(Duration.ofHours(1)));
        append(log, Event.of("quiet", "old"));
        millis.addAndGet(Duration.ofMinutes(30).toMillis());
        append(log, Event.of("a", "young"));
        millis.addAndGet(Duration.ofMinutes(31).toMillis());
        log.tidy();
        assertThat(data(log)).containsExactly("young");
        assertThat(log.resolve(new Cursor(log.epoch(), 0), QUIET)).isInstanceOf(Resolution.Lost.class);

        millis.addAndGet(Duration.ofDays(1).toMillis());
        append(log, Event.of("a", "today"));
        log.tidy();
        assertThat(data(log)).containsExactly("today");
    }

    @Test
    void dropsByCount() throws IOException {
        SegmentLog log = open(Retention.DEFAULT.withMaxEvents(100));
        for (int i = 0; i < 300; i++) {
            append(log, Event.of("a", "x".repeat(100)));
        }
        log.tidy();
        assertThat(log.size().events()).isBetween(50L, 110L);
    }

    @Test
    void isOpenInOneProcessAtATime() {
        open(Retention.DEFAULT);
        assertThatThrownBy(() -> open(Retention.DEFAULT))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(
                        "in use by another process (" + ProcessHandle.current().pid() + ")");
    }

    @Test
    void refusesAFileForADirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> SegmentLog.open(file, options(Retention.DEFAULT)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("notes.txt is a file: name a directory");
    }

    @Test
    void refusesADirectoryWithForeignFiles() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> open(Retention.DEFAULT))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("'notes.txt'")
                .hasMessageContaining("name an empty directory");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(directory.resolve("notes.txt"));
        }
        assertThat(directory.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void leavesAForeignFileBesideALogAlone() throws IOException {
        open(Retention.DEFAULT).close();
        Files.writeString(directory.resolve("notes.txt"), "mine");
        assertThat(open(Retention.DEFAULT).notes())
                .anySatisfy(note -> assertThat(note).contains("'notes.txt'"));
        assertThat(directory.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void refusesALogOfANewerVersion() throws Exception {
        open(Retention.DEFAULT).close();
        try (HeadFile head = HeadFile.open(new SystemDisk(directory), true)) {
            assertThat(head.head().isClean()).isTrue();
        }
        byte[] bytes = Files.readAllBytes(directory.resolve(Layout.HEAD));
        java.nio.ByteBuffer head = java.nio.ByteBuffer.wrap(bytes);
        for (int slot : new int[] {0, Layout.HEAD_SLOT}) {
            head.putLong(slot + 8, Layout.VERSION + 1);
            int end = slot + 28 + head.getInt(slot + 24);
            head.putInt(end, Layout.checksum(head, slot, end));
        }
        Files.write(directory.resolve(Layout.HEAD), bytes);
        assertThatThrownBy(() -> open(Retention.DEFAULT))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("use a newer Pharos");
    }

    @Test
    void refusesDamageBeforeTheLastSync() throws IOException {
        SegmentLog log = open(Retention.DEFAULT);
        for (int i = 0; i < 3; i++) {
            append(log, Event.of("a", "event " + i));
        }
        log.close();
        Path segment = file(Layout.SEGMENT);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(Layout.SEGMENT_HEADER + Layout.BATCH_HEADER + 5);
            file.write('!');
        }
        assertThatThrownBy(() -> open(Retention.DEFAULT))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(Objects.toString(segment.getFileName()))
                .hasMessageContaining("at offset " + Layout.SEGMENT_HEADER)
                .hasMessageContaining("./pharos log verify")
                .hasMessageContaining("./pharos log repair");
    }

    @Test
    void tellsOfDamageInAFullSegmentWhenItIsRead() throws IOException {
        SegmentLog log = open(Retention.DEFAULT);
        for (int i = 0; i < 300; i++) {
            append(log, Event.of("a", "x".repeat(100)));
        }
        log.tidy();
        Path segment = file(Layout.SEGMENT);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(Layout.SEGMENT_HEADER + Layout.BATCH_HEADER + 5);
            file.write('!');
        }
        assertThatThrownBy(() -> log.read(0, TopicFilter.ALL, EVERYTHING))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void makesAMissingIndexAgain() throws IOException {
        SegmentLog log = open(Retention.DEFAULT);
        Entry first = append(log, Event.on("a").id("first").data("1").build());
        for (int i = 0; i < 300; i++) {
            append(log, Event.of("b", "x".repeat(100)));
        }
        log.tidy();
        log.close();
        Files.delete(file(Layout.INDEX));

        SegmentLog again = open(Retention.DEFAULT);
        assertThat(again.notes()).anySatisfy(note -> assertThat(note).contains("index"));
        assertThat(again.find("first")).hasValue(first.position());
        again.tidy();
        assertThat(file(Layout.INDEX)).exists();
    }

    @Test
    void tellsACursorInAHoleFromOthers() throws IOException {
        RamDisk disk = new RamDisk();
        SegmentLog log = SegmentLog.openUntended(disk, options(Retention.DEFAULT));
        long last = append(log, Event.of("a", "1")).position();
        disk.crash();
        log.close();
        disk.restart(new Random(1));

        SegmentLog again = SegmentLog.openUntended(disk, options(Retention.DEFAULT));
        opened.add(again);
        assertThat(reason(again, last + 10)).contains("hole");
        assertThat(reason(again, Long.MAX_VALUE)).contains("beyond the end");
        assertThat(again.resolve(new Cursor(again.epoch(), last), TopicFilter.ALL))
                .isEqualTo(new Resolution.Resumed(last));
        assertThat(append(again, Event.of("a", "2")).position()).isGreaterThan(last + 1_000);
        assertThat(again.read(last, TopicFilter.ALL, new Bounds(last + 1, 1 << 20))
                        .next())
                .as("a hole takes one read")
                .isGreaterThan(last + 1_000);
    }

    @Test
    void letsNoReaderStandInAHoleBeforeTheFirstEvent() throws IOException {
        RamDisk disk = new RamDisk();
        SegmentLog log = SegmentLog.openUntended(disk, options(Retention.DEFAULT));
        long never = append(log, Event.of("a", "1")).position();
        disk.crash();
        log.close();
        disk.restart(new Random(1));
        disk.delete(Layout.name(never) + Layout.SEGMENT); // it stopped before anything was durable

        SegmentLog again = SegmentLog.openUntended(disk, options(Retention.DEFAULT));
        opened.add(again);
        resumesBehindARead(again, again.end());
        long first = append(again, Event.of("a", "1")).position();
        assertThat(first).isGreaterThan(10_000);
        resumesBehindARead(again, first - 1);
    }

    private static void resumesBehindARead(SegmentLog log, long expected) {
        long next = log.read(0, TopicFilter.ALL, new Bounds(1_024, 1 << 20)).next();
        assertThat(next).isEqualTo(expected);
        assertThat(log.resolve(new Cursor(log.epoch(), next), TopicFilter.ALL)).isEqualTo(new Resolution.Resumed(next));
    }

    @Test
    void readsWhileItIsWritten() {
        SegmentLog log = open(Retention.DEFAULT);
        List<Entry> read = new ArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            long at = 0;
            while (read.size() < 2_000) {
                EventLog.Batch batch = log.read(at, TopicFilter.ALL, new Bounds(Long.MAX_VALUE, 10_000));
                read.addAll(batch.entries());
                at = batch.next();
                Thread.onSpinWait();
            }
        });
        List<Entry> written = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            written.add(append(log, Event.of("a", "event " + i)));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> !reader.isAlive());
        assertThat(read).containsExactlyElementsOf(written);
    }

    private static String reason(SegmentLog log, long position) {
        return ((Resolution.Lost) log.resolve(new Cursor(log.epoch(), position), TopicFilter.ALL)).reason();
    }

    private SegmentLog open(Retention retention) {
        SegmentLog log = SegmentLog.open(directory, options(retention));
        opened.add(log);
        return log;
    }

    private Options options(Retention retention) {
        return new Options(SyncPolicy.ALWAYS, retention, 4_000, 1 << 20, clock, new Random());
    }

    private static Entry append(SegmentLog log, Event event) {
        return log.append(List.of(event)).toCompletableFuture().join().getFirst();
    }

    private static List<String> data(SegmentLog log) {
        return log.read(0, TopicFilter.ALL, EVERYTHING).entries().stream()
                .map(entry -> entry.event().data())
                .toList();
    }

    /** The first file with an ending. */
    private Path file(String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }
}

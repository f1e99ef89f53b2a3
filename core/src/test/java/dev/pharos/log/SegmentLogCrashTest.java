package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.EventLog.Bounds;
import dev.pharos.log.SegmentLog.Options;
import dev.pharos.log.SegmentLog.Retention;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that crashes at any moment, and disks that fail at any operation: what was acknowledged is kept, or said to be lost. */
class SegmentLogCrashTest {

    private static final Filter ALL = TopicFilter.ALL.withPrivate();
    private static final Bounds EVERYTHING = new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final RamDisk disk = new RamDisk();
    /** By position, what was acknowledged. */
    private final NavigableMap<Long, Event> acknowledged = new TreeMap<>();
    /** By position, what was shown by the tail. */
    private final NavigableMap<Long, Event> shown = new TreeMap<>();

    private int number;

    @RepeatedTest(150)
    void keepsUnderThePolicyAlwaysWhatWasAcknowledged() throws IOException {
        Options options = options(SyncPolicy.ALWAYS, 1 << 20);
        for (int life = 0; life < 6; life++) {
            live(options);
            SegmentLog log = SegmentLog.openUntended(disk, options);
            NavigableMap<Long, Event> kept = kept(log);
            assertThat(kept).as("seed %d", seed).containsAllEntriesOf(acknowledged);
            assertThat(kept).as("seed %d: the tail shows what is durable", seed).containsAllEntriesOf(shown);
            for (long position : shown.keySet()) {
                assertThat(log.resolve(new Cursor(log.epoch(), position), ALL))
                        .as("seed %d", seed)
                        .isInstanceOf(Resolution.Resumed.class);
            }
            assertThat(log.end()).as("seed %d", seed).isGreaterThanOrEqualTo(kept.isEmpty() ? 0 : kept.lastKey());
            log.close();
        }
    }

    @RepeatedTest(150)
    void tellsUnderTheLooserPoliciesOfWhatMayBeLost() throws IOException {
        Options options =
                options(random.nextBoolean() ? SyncPolicy.OS : SyncPolicy.every(Duration.ofMillis(1)), 1 << 20);
        for (int life = 0; life < 6; life++) {
            live(options);
            SegmentLog log = SegmentLog.openUntended(disk, options);
            NavigableMap<Long, Event> kept = kept(log);
            for (var event : acknowledged.entrySet()) {
                boolean told = log.resolve(new Cursor(log.epoch(), event.getKey() - 1), ALL) instanceof Resolution.Lost;
                if (!told) {
                    assertThat(kept).as("seed %d", seed).contains(event);
                }
            }
            acknowledged.keySet().retainAll(kept.keySet());
            log.close();
        }
    }

    @RepeatedTest(100)
    void survivesACrashAtAnyMomentWhileItDropsWhatIsOld() throws IOException {
        Options options = options(SyncPolicy.ALWAYS, 3_000);
        for (int life = 0; life < 8; life++) {
            live(options);
            SegmentLog log = SegmentLog.openUntended(disk, options);
            NavigableMap<Long, Event> kept = kept(log);
            for (var event : acknowledged.entrySet()) {
                Filter topic = TopicFilter.of(event.getValue().canonicalTopic()).withPrivate();
                Resolution before = log.resolve(new Cursor(log.epoch(), event.getKey() - 1), topic);
                if (before instanceof Resolution.Resumed) {
                    assertThat(kept).as("seed %d", seed).contains(event);
                }
            }
            log.close();
        }
    }

    @RepeatedTest(10)
    void resumesAReaderThatWasAtTheEndBetweenTwoCrashes() throws IOException {
        Options options = options(SyncPolicy.ALWAYS, 1 << 20);
        SegmentLog log = SegmentLog.openUntended(disk, options);
        log.append(List.of(event())).toCompletableFuture().join();
        disk.crash();
        log.close();
        disk.restart(random);

        log = SegmentLog.openUntended(disk, options);
        Cursor end = new Cursor(log.epoch(), log.end());
        disk.fail(what -> {
            if (what.startsWith("write") && what.contains(Layout.SEGMENT)) {
                disk.crash();
            }
        });
        assertThat(log.append(List.of(event())).toCompletableFuture()).failsWithin(Duration.ofSeconds(30));
        log.close();
        disk.restart(random);

        log = SegmentLog.openUntended(disk, options);
        assertThat(log.resolve(end, ALL)).as("seed %d", seed).isInstanceOf(Resolution.Resumed.class);
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "truncate", "sync", "create", "rename", "names"})
    void goesOnAfterAnyOperationHasFailed(String operation) throws IOException {
        Options options = options(SyncPolicy.ALWAYS, 3_000);
        SegmentLog log = SegmentLog.openUntended(disk, options);
        for (int round = 0; round < 60; round++) {
            int[] countdown = {1 + random.nextInt(12)};
            disk.writeBeforeFailing(random.nextInt(100));
            disk.fail(what -> {
                if (what.startsWith(operation) && --countdown[0] == 0) {
                    throw new IOException("No space left on device");
                }
            });
            for (int i = 0; i < 10; i++) {
                CompletableFuture<List<Entry>> appended =
                        log.append(List.of(event())).toCompletableFuture();
                try {
                    appended.join().forEach(entry -> acknowledged.put(entry.position(), entry.event()));
                } catch (CompletionException failure) {
                    assertThat(failure.getCause()).isInstanceOf(LogFullException.class);
                    assertThat(log.fault()).contains("no space is left");
                }
            }
            disk.fail(what -> {});
            log.tidy();
            log.append(List.of(event()))
                    .toCompletableFuture()
                    .join()
                    .forEach(entry -> acknowledged.put(entry.position(), entry.event()));
            assertThat(log.fault()).isNull();
            if (random.nextBoolean()) {
                log.close();
                if (random.nextBoolean()) {
                    disk.restart(random);
                }
                log = SegmentLog.openUntended(disk, options);
            }
            NavigableMap<Long, Event> kept = kept(log);
            for (var event : acknowledged.entrySet()) {
                Filter topic = TopicFilter.of(event.getValue().canonicalTopic()).withPrivate();
                if (log.resolve(new Cursor(log.epoch(), event.getKey() - 1), topic) instanceof Resolution.Resumed) {
                    assertThat(kept).as("seed %d", seed).contains(event);
                }
            }
            acknowledged.headMap(kept.firstKey()).clear();
        }
        log.close();
    }

    @Test
    void leavesNothingBehindWhenAWriteEndsInAnErrorAndTheLogIsClosed() throws IOException {
        Options options = options(SyncPolicy.ALWAYS, 1 << 20);
        SegmentLog log = SegmentLog.openUntended(disk, options);
        List<Entry> before = log.append(List.of(event())).toCompletableFuture().join();
        disk.writeBeforeFailing(30);
        disk.fail(what -> {
            if (what.startsWith("write 0")) {
                throw new OutOfMemoryError("planted");
            }
        });
        assertThat(log.append(List.of(event())).toCompletableFuture()).failsWithin(Duration.ofSeconds(30));
        disk.fail(what -> {});
        log.close();

        SegmentLog again = SegmentLog.openUntended(disk, options);
        assertThat(again.read(0, ALL, EVERYTHING).entries()).containsExactlyElementsOf(before);
        again.close();
    }

    /** Appends until the machine stops, at any operation; then starts the machine again. */
    private void live(Options options) throws IOException {
        int[] countdown = {random.nextInt(60)};
        disk.writeBeforeFailing(random.nextInt(200));
        disk.fail(what -> {
            if (--countdown[0] < 0) {
                disk.crash();
            }
        });
        SegmentLog log = null;
        try {
            log = SegmentLog.openUntended(disk, options);
            log.listen(entries -> entries.forEach(entry -> {
                Event before = shown.put(entry.position(), entry.event());
                assertThat(before)
                        .as("seed %d: position %d was used before", seed, entry.position())
                        .isNull();
            }));
            for (int i = random.nextInt(40); i > 0; i--) {
                List<CompletableFuture<List<Entry>>> appended = new ArrayList<>();
                for (int j = random.nextInt(3); j >= 0; j--) {
                    List<Event> events = new ArrayList<>();
                    for (int k = random.nextInt(3); k >= 0; k--) {
                        events.add(event());
                    }
                    appended.add(log.append(events).toCompletableFuture());
                }
                for (CompletableFuture<List<Entry>> append : appended) {
                    append.join().forEach(entry -> acknowledged.put(entry.position(), entry.event()));
                }
                if (random.nextInt(5) == 0) {
                    log.tidy();
                }
            }
        } catch (IOException | CompletionException crash) {
            // What was not acknowledged may be lost.
        } finally {
            disk.crash();
            if (log != null) {
                log.close();
            }
            disk.restart(random);
        }
    }

    private static NavigableMap<Long, Event> kept(SegmentLog log) {
        NavigableMap<Long, Event> kept = new TreeMap<>();
        for (Entry entry : log.read(0, ALL, EVERYTHING).entries()) {
            if (!kept.isEmpty()) {
                assertThat(entry.position()).isGreaterThan(kept.lastKey());
            }
            kept.put(entry.position(), entry.event());
        }
        return kept;
    }

    private Event event() {
        Event.Builder event =
                Event.on("topic" + random.nextInt(5)).data("event " + number++ + "x".repeat(random.nextInt(100)));
        if (random.nextInt(4) == 0) {
            event.id("id" + number);
        }
        return event.build();
    }

    private static Options options(SyncPolicy sync, long maxBytes) {
        return new Options(
                sync,
                new Retention(maxBytes, Duration.ofDays(1), Long.MAX_VALUE, 1, 100, 1 << 20),
                500,
                1 << 20,
                InstantSource.system(),
                new Random());
    }
}

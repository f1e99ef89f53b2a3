package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import dev.pharos.stepped.SteppedLoop;
import dev.pharos.stepped.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many readers of one topic at saturation, each as fast as its peer: what is made for all of them is made about once. */
class SharingTest {

    private static final int READERS = 200;
    private static final int BYTES = 1_200_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final VirtualTime time = new VirtualTime();
    private final SteppedLoop loop = new SteppedLoop();
    private final ArrayDeque<Runnable> reads = new ArrayDeque<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Set<Encoded> runs = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Hub hub = Hub.over(
                    new MemoryLog("shared", new Retention(1 << 30, 0, 1_000, 1 << 20), InstantSource.system()))
            .scheduler(time)
            .readers(reads::add)
            .bounds(EngineBounds.ofHeap(256 << 20, 1))
            .build();

    private int encodings;
    /** Of what each reader is to get. */
    private long streamBytes;

    private final WireFormat format = new WireFormat() {
        @Override
        public Encoded encode(Entry entry) {
            encodings++;
            return Encoded.of((entry.position() + ":" + entry.event().data() + ";").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public @Nullable Encoded encode(Notice notice) {
            return null;
        }
    };

    @ParameterizedTest(name = "runs of {0} KiB, events of {1} bytes")
    @CsvSource({"16, 100", "32, 100", "64, 100", "16, 1000", "32, 5000"})
    void whatReadersGetIsMadeAboutOnceForAllOfThem(int runKib, int eventBytes) {
        int events = BYTES / eventBytes;
        Interest interest = new Interest(Selectors.of("t"), format, DeliveryMode.ALL);
        for (int i = 0; i < READERS; i++) {
            readers.add(new Reader(interest, runKib << 10));
        }
        loop.runAll();
        publish(events, "x".repeat(eventBytes));
        for (int i = 0; readers.stream().anyMatch(reader -> reader.bytes < streamBytes); i++) {
            assertThat(i).as("seed %d: rounds", seed).isLessThan(100_000);
            step(400);
        }
        assertThat(readers).allMatch(reader -> reader.bytes == streamBytes);
        // Once for those at the end of the log, once for those who fell behind it, and some of it again.
        assertThat(encodings).as("seed %d: encodings", seed).isBetween(events, 3 * events);
        long made = runs.stream().mapToLong(Encoded::length).sum();
        assertThat(made).as("seed %d: bytes of runs", seed).isBetween(streamBytes, 8 * streamBytes);
        assertThat(hub.lane(loop).counters().slides)
                .as("seed %d: readers that fell behind", seed)
                .isPositive();
    }

    private void publish(int events, String data) {
        List<Event> batch = new ArrayList<>();
        for (int i = 1; i <= events; i++) {
            batch.add(Event.of("t", data));
            streamBytes += (i + ":" + data + ";").length();
            if (i == events || random.nextInt(100) == 0) {
                hub.publish(List.copyOf(batch));
                batch.clear();
                step(random.nextInt(400));
            }
        }
    }

    private void step(int tasks) {
        for (int i = 0; i < tasks; i++) {
            if (!reads.isEmpty() && random.nextInt(4) == 0) {
                reads.remove().run();
            }
            if (random.nextInt(4) == 0) {
                Reader reader = readers.get(random.nextInt(READERS));
                loop.within(reader::drain);
            }
            loop.runOne();
        }
        time.pass(random.nextInt(20));
    }

    private final class Reader implements Subscription.Listener {
        private final int runBytes;
        /** What its peer may leave unread. */
        private final int room = (32 << 10) + random.nextInt(200 << 10);

        private @Nullable Subscription subscription;
        private long bytes;
        private int unread;

        Reader(Interest interest, int runBytes) {
            this.runBytes = runBytes;
            loop.within(() -> subscription = requireNonNull(hub.subscribe(loop, interest, Start.LIVE, this)));
        }

        /** Its peer reads some. */
        void drain() {
            unread = Math.max(0, unread - random.nextInt(2 * room));
            onReady();
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            while (from != null && unread < room) {
                Encoded run = from.poll(runBytes);
                if (run == null) {
                    return;
                }
                runs.add(run);
                bytes += run.length();
                unread += run.length();
            }
        }

        @Override
        public void onOpen(Notice outcome) {}

        @Override
        public void onDrain() {}

        @Override
        public void onFailure(RuntimeException cause) {
            throw cause;
        }
    }
}

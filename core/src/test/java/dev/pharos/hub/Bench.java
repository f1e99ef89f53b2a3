package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import dev.pharos.stepped.SteppedLoop;
import dev.pharos.stepped.VirtualTime;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A hub on the workbench: one loop, reading and time move by hand. */
final class Bench {

    static final String SOME_DATA = "x".repeat(100);

    static final EngineBounds BOUNDS = EngineBounds.ofHeap(512 << 20, 2);

    final VirtualTime time = new VirtualTime();
    final SteppedLoop loop = new SteppedLoop();
    final ArrayDeque<Runnable> reads = new ArrayDeque<>();
    final CountedLog log;
    final Hub hub;
    final Lane lane;
    private final List<Probe> probes = new ArrayList<>();

    Bench() {
        this(1 << 20, BOUNDS);
    }

    /** Over a log that keeps so many bytes, and nothing beyond. */
    Bench(int logBytes, EngineBounds bounds) {
        log = new CountedLog(new MemoryLog("test", new Retention(logBytes, 0, 1_000, 1 << 20), InstantSource.system()));
        hub = Hub.over(log)
                .scheduler(time)
                .readers(reads::add)
                .bounds(bounds)
                .limits(Limits.DEFAULT.withSubscriptions(20_000))
                .build();
        lane = hub.lane(loop);
    }

    Probe subscribe(Start start, String... topics) {
        return subscribe(new Probe(), start, DeliveryMode.ALL, topics);
    }

    Probe subscribe(Probe probe, Start start, DeliveryMode mode, String... topics) {
        return subscribe(probe, start, new Interest(Selectors.of(topics), PlainFormat.PLAIN, mode));
    }

    Probe subscribe(Probe probe, Start start, Interest interest) {
        loop.within(() -> {
            probe.subscription = requireNonNull(hub.subscribe(loop, interest, start, probe));
            probe.begin();
        });
        probes.add(probe);
        return probe;
    }

    void publish(String... topics) {
        for (String topic : topics) {
            hub.publish(List.of(Event.of(topic, SOME_DATA)));
        }
    }

    void publish(int count, String topic) {
        for (int i = 0; i < count; i++) {
            publish(topic);
        }
    }

    /** Runs everything that waits on the loop and for the log, until nothing does. */
    void settle() {
        while (!loop.isIdle() || !reads.isEmpty()) {
            loop.runAll();
            readOne();
        }
    }

    /** Does the next piece of reading; false if there is none. */
    boolean readOne() {
        Runnable read = reads.poll();
        if (read != null) {
            read.run();
        }
        return read != null;
    }

    String cursor(long position) {
        return hub.cursor(position).toString();
    }

    /** Closes all subscriptions and checks that nothing is left of them. */
    void close() {
        settle();
        loop.within(() -> probes.forEach(probe -> probe.subscription().close()));
        settle();
        loop.within(lane::pass);
        assertThat(lane.isQuiet()).as("the lane is quiet").isTrue();
        assertThat(hub.tape().isEmpty()).as("the index is empty").isTrue();
        assertThat(hub.stats().subscriptions()).isZero();
        assertThat(hub.stats().lagging()).isZero();
        hub.close();
    }
}

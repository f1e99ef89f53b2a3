package dev.pharos.benchmarks;

import dev.pharos.hub.Hub;
import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Publishes and gives the events to readers that take the bytes and drop them: the engine without any socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FanOutBenchmark {

    /** How many readers the topic has. */
    @Param({"0", "1", "1000"})
    public int readers;

    /** How many events pile up before a pass. */
    @Param({"1", "64"})
    public int batch;

    private final ManualLoop loop = new ManualLoop();
    private Hub hub = Hubs.inMemory();
    private List<Event> events = List.of();

    /** Opens the subscriptions. */
    @Setup
    public void subscribe() {
        hub = Hubs.inMemory();
        for (int i = 0; i < readers; i++) {
            Hubs.reader(hub, loop, "news");
        }
        loop.run();
        List<Event> piled = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            piled.add(Event.of("news", "x".repeat(100)));
        }
        events = List.copyOf(piled);
    }

    /** From publish to the last reader. */
    @Benchmark
    public void publishAndDeliver() {
        for (Event event : events) {
            hub.publish(List.of(event));
        }
        loop.run();
    }
}

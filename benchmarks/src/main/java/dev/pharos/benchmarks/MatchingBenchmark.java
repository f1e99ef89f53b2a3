package dev.pharos.benchmarks;

import dev.pharos.hub.Hub;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Event;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finds the readers of an event among many selectors that do not match it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatchingBenchmark {

    /** How many distinct selectors are subscribed to. */
    @Param({"0", "100", "10000"})
    public int selectors;

    /** Their kind. */
    @Param({"exact", "template"})
    public String kind = "exact";

    private final Event event = Event.of("https://example.com/quiet/42", "x");
    private final ManualLoop loop = new ManualLoop();
    private Hub hub = Hubs.inMemory();
    private final Selectors one = Selectors.of("https://example.com/{section}/{id}");

    /** Opens the subscriptions. */
    @Setup
    public void subscribe() {
        hub = Hubs.inMemory();
        for (int i = 0; i < selectors; i++) {
            String selector = "https://example.com/topic" + i + (kind.equals("exact") ? "/1" : "/{id}");
            Hubs.reader(hub, loop, selector);
        }
        loop.run();
    }

    /** One look at the whole index. */
    @Benchmark
    public boolean index() {
        return hub.hasReaders(event);
    }

    /** One template against one topic. */
    @Benchmark
    public boolean template() {
        return one.matches(event);
    }
}

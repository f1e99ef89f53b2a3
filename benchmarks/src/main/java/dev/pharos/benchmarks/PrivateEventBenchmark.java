package dev.pharos.benchmarks;

import dev.pharos.hub.Hub;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Publishes private events to a topic that many read, each by grants of their own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PrivateEventBenchmark {

    /** How many readers the topic has. */
    @Param({"1", "10000"})
    public int readers;

    /** What each may see of its own. */
    @Param({"exact", "template"})
    public String grants = "exact";

    private final ManualLoop loop = new ManualLoop();
    private final Event nobodys = Event.on("news")
            .topic("https://example.com/users/x/y")
            .isPrivate(true)
            .build();
    private final Event ones = Event.on("news")
            .topic("https://example.com/users/0/y")
            .isPrivate(true)
            .build();
    private Hub hub = Hubs.inMemory();

    /** Opens the subscriptions. */
    @Setup
    public void subscribe() {
        hub = Hubs.inMemory();
        for (int i = 0; i < readers; i++) {
            String user = "https://example.com/users/" + i + (grants.equals("exact") ? "/y" : "/{+any}");
            Hubs.reader(hub, loop, Selectors.of("news"), Selectors.of(user));
        }
        loop.run();
    }

    /** An event that nobody may see. */
    @Benchmark
    public CompletionStage<List<Entry>> nobodys() {
        return hub.publish(List.of(nobodys));
    }

    /** An event that one of them may see. */
    @Benchmark
    public CompletionStage<List<Entry>> ones() {
        CompletionStage<List<Entry>> published = hub.publish(List.of(ones));
        loop.run();
        return published;
    }
}

package dev.pharos.benchmarks;

import dev.pharos.hub.Hub;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.url.Url;
import dev.pharos.url.UrlPattern;
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

/** Publishes to topics that nobody has published to before, beside patterns that do not match them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FreshTopicBenchmark {

    private static final Url BASE = Url.of("https://example.com/");

    /** What the distinct patterns are. */
    public enum Patterns {
        /** There are none. */
        NONE(0),
        /** Templates with literal beginnings of their own. */
        TEMPLATES(10_000),
        /** The same as URL patterns. */
        URL_PATTERNS(10_000),
        /** As many templates without a literal beginning as a hub takes by itself; each looks at the whole topic. */
        OPEN_TEMPLATES(1_000),
        /** So many URL patterns for any host, which are told apart by their paths. */
        OPEN_URL_PATTERNS(1_000),
        /** So many templates of one literal beginning, which the topic has. */
        ONE_BEGINNING(1_000),
        /** More of these than a hub takes by itself. */
        ONE_BEGINNING_UNBOUNDED(10_000);

        private final int count;

        Patterns(int count) {
            this.count = count;
        }

        private Selectors selectors(int i) {
            return switch (this) {
                case NONE -> Selectors.NONE;
                case TEMPLATES -> Selectors.of("https://example.com/topic" + i + "/{id}");
                case URL_PATTERNS -> url("https://example.com/topic" + i + "/:id");
                case OPEN_TEMPLATES -> Selectors.of("{+x}/topic" + i + "/{id}");
                case OPEN_URL_PATTERNS -> url("https://*.com/topic" + i + "/:id");
                case ONE_BEGINNING, ONE_BEGINNING_UNBOUNDED ->
                    Selectors.of("https://example.com/quiet/{+x}/topic" + i + "/{id}");
            };
        }

        private static Selectors url(String pattern) {
            return new Selectors.Builder()
                    .pattern(UrlPattern.compile(pattern, BASE))
                    .build();
        }
    }

    /** The patterns subscribed to. */
    @Param
    public Patterns patterns = Patterns.NONE;

    private final ManualLoop loop = new ManualLoop();
    private Hub hub = Hubs.inMemory();
    private long topics;

    /** Opens the subscriptions. */
    @Setup
    public void subscribe() {
        hub = Hubs.inMemory(Limits.DEFAULT.withPatterns(100_000));
        for (int i = 0; i < patterns.count; i++) {
            Hubs.reader(hub, loop, patterns.selectors(i));
        }
        loop.run();
    }

    /** One event. */
    @Benchmark
    public CompletionStage<List<Entry>> publish() {
        return hub.publish(List.of(Event.of("https://example.com/quiet/" + topics++, "x")));
    }
}

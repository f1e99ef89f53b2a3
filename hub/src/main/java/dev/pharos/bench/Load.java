package dev.pharos.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** The readers and the publisher of a benchmark, connected. Used by one thread. */
public final class Load implements AutoCloseable {

    private static final long CONNECT_SECONDS = 120;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Plan plan;
    private final Publisher publisher;
    private final List<Readers> threads;
    private final double connectSeconds;

    private Load(Plan plan, Publisher publisher, List<Readers> threads, double connectSeconds) {
        this.plan = plan;
        this.publisher = publisher;
        this.threads = threads;
        this.connectSeconds = connectSeconds;
    }

    /** Opens all connections with this number of threads. */
    public static Load connect(Plan plan, int threadCount) throws IOException, InterruptedException {
        List<Readers> threads = new ArrayList<>();
        Publisher publisher = new Publisher(plan);
        long start = System.nanoTime();
        try {
            for (int t = 0; t < threadCount; t++) {
                int first = t;
                threads.add(new Readers(
                        plan,
                        IntStream.range(0, plan.connections())
                                .filter(i -> i % threadCount == first)
                                .boxed()
                                .toList(),
                        "bench-readers-" + t));
            }
            threads.forEach(Readers::start);
            for (Readers readers : threads) {
                readers.awaitOpen(CONNECT_SECONDS);
            }
        } catch (IOException | InterruptedException e) {
            for (Readers readers : threads) {
                readers.close();
            }
            publisher.close();
            throw e;
        }
        return new Load(plan, publisher, threads, (System.nanoTime() - start) / 1e9);
    }

    /** How long it took until every stream had begun. */
    public double connectSeconds() {
        return connectSeconds;
    }

    /** Connections that have ended meanwhile. */
    public int dropped() {
        return threads.stream().mapToInt(Readers::dropped).sum();
    }

    /** Publishes what nobody counts, for a while. */
    public void warmUp(double seconds) throws IOException, InterruptedException {
        publisher.publish(Long.MAX_VALUE, 0, seconds, false);
    }

    /**
     * Publishes and waits until all has arrived, or nothing arrives any more.
     *
     * @param perSecond the pace in messages a second, or 0 for as fast as the hub answers
     */
    public Result pass(long messages, double perSecond, double atMostSeconds) throws IOException, InterruptedException {
        for (Readers readers : threads) {
            readers.reset();
        }
        long start = System.nanoTime();
        long published = publisher.publish(messages, perSecond, atMostSeconds, true);
        double publishSeconds = (System.nanoTime() - start) / 1e9;
        long expected = 0;
        for (int i = 0; i < plan.connections(); i++) {
            expected += plan.share(i % plan.topics(), published);
        }
        long lastNews = System.nanoTime();
        long before = delivered();
        while (before < expected && System.nanoTime() - lastNews < QUIET_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
            long now = delivered();
            if (now != before) {
                lastNews = System.nanoTime();
                before = now;
            }
        }
        double seconds = (lastNews - start) / 1e9;
        Tally tally = new Tally(plan, published);
        for (Readers readers : threads) {
            readers.addTo(tally);
        }
        return new Result(published, publishSeconds, seconds, tally);
    }

    private long delivered() {
        return threads.stream().mapToLong(Readers::delivered).sum();
    }

    @Override
    public void close() throws IOException {
        publisher.close();
        for (Readers readers : threads) {
            readers.close();
        }
    }

    /**
     * What a pass gave.
     *
     * @param published how many messages
     * @param publishSeconds from the first message to the last answer
     * @param seconds from the first message to the last delivery
     */
    public record Result(long published, double publishSeconds, double seconds, Tally tally) {}
}

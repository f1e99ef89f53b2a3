package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.Filter;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import dev.pharos.stepped.SteppedLoop;
import dev.pharos.stepped.VirtualTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A hub in which nothing happens by itself: a random source decides at each step whose turn it is. All bounds are so
 * small that everything that can happen does.
 */
final class World {

    private static final String[] TOPICS = {"a", "b", "c", "d/1", "d/2", "e/1/x", "quiet"};

    final Random random;
    final Hub hub;
    final Happenings happenings;
    /** Whether readers do nothing but read from here on. */
    boolean resting;

    final boolean keepsNewest;
    private final LateLog log;
    private final VirtualTime time = new VirtualTime();
    private final List<SteppedLoop> loops =
            IntStream.range(0, 3).mapToObj(i -> new SteppedLoop()).toList();
    private final List<Runnable> readers = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();

    World(Random random, Happenings happenings) {
        this.random = random;
        this.happenings = happenings;
        int keepLast = random.nextInt(2);
        keepsNewest = keepLast > 0;
        EventLog memory = new MemoryLog(
                "sim", new Retention(4_000 + random.nextInt(30_000), keepLast, 1_000, 1 << 20), InstantSource.system());
        log = new LateLog(random.nextBoolean() ? memory : new HoleyLog(memory, random), random, random.nextBoolean());
        hub = Hub.over(log)
                .bounds(bounds())
                .readers(readers::add)
                .scheduler(time)
                .build();
        for (int i = 0; i < 12; i++) {
            clients.add(new SimulatedClient(this, i));
        }
    }

    /** Runs so many steps, then lets everything come to rest, checks, and ends all subscriptions. */
    void run(int steps) {
        int rhythm = 1 + random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            step(rhythm);
        }
        rest();
        for (SimulatedClient client : clients) {
            client.checkComplete(log.end());
        }
        for (SimulatedClient client : clients) {
            client.leave();
        }
        rest();
        checkNothingIsLeft();
        for (SteppedLoop loop : loops) {
            happenings.count(hub.lane(loop));
        }
    }

    private void step(int rhythm) {
        switch (random.nextInt(12)) {
            case 0 -> {
                if (random.nextInt(rhythm) < 4) {
                    publish();
                }
            }
            case 1, 2, 3, 4 -> anyLoop().runOne();
            case 5, 6 -> readSomething();
            case 7, 8 -> anyClient().act();
            case 9 -> log.step();
            case 10 -> {
                SteppedLoop loop = anyLoop();
                loop.within(hub.lane(loop)::pass);
            }
            default -> {
                if (random.nextInt(20) == 0) {
                    for (int i = random.nextInt(30); i >= 0; i--) {
                        publish();
                    }
                }
                time.pass(random.nextInt(300));
            }
        }
    }

    void publish() {
        List<Event> events = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Event.Builder event = Event.on(topic()).data("x".repeat(random.nextInt(300)));
            while (random.nextInt(6) == 0) {
                event.topic(topic());
            }
            events.add(event.key(random.nextBoolean() ? "k" + random.nextInt(3) : null)
                    .isPrivate(random.nextInt(5) == 0)
                    .build());
        }
        hub.publish(events);
    }

    private void readSomething() {
        if (!readers.isEmpty()) {
            readers.remove(random.nextInt(readers.size())).run();
        }
    }

    /** Lets everything happen that still has to, until nobody has anything to do. */
    private void rest() {
        resting = true;
        boolean busy = true;
        for (int round = 0; busy; round++) {
            assertThat(round).as("rounds until rest").isLessThan(10_000);
            busy = log.step();
            loops.forEach(SteppedLoop::runAll);
            readSomething();
            for (SimulatedClient client : clients) {
                busy |= client.pollAll();
            }
            busy |= !readers.isEmpty() || !loops.stream().allMatch(SteppedLoop::isIdle);
        }
        for (SteppedLoop loop : loops) {
            loop.within(hub.lane(loop)::pass);
        }
    }

    private void checkNothingIsLeft() {
        for (SteppedLoop loop : loops) {
            assertThat(hub.lane(loop).isQuiet()).as("lane is quiet").isTrue();
        }
        assertThat(hub.tape().isEmpty()).as("index is empty").isTrue();
        assertThat(hub.stats().subscriptions()).isZero();
        assertThat(hub.stats().lagging()).isZero();
    }

    private EngineBounds bounds() {
        int window = some(20_000);
        return new EngineBounds(
                some(30_000),
                window,
                window * (1 + random.nextInt(4)),
                some(40_000),
                random.nextBoolean() ? 100_000 : 6_000,
                1 + random.nextInt(20),
                some(8_000),
                some(8_000));
    }

    private int some(int most) {
        return 1 + random.nextInt(1 + random.nextInt(most));
    }

    SteppedLoop anyLoop() {
        return loops.get(random.nextInt(loops.size()));
    }

    SimulatedClient anyClient() {
        return clients.get(random.nextInt(clients.size()));
    }

    private String topic() {
        int topic = random.nextInt(40);
        return TOPICS[topic == 0 ? TOPICS.length - 1 : topic % (TOPICS.length - 1)];
    }

    Selectors selectors() {
        Set<String> texts = new HashSet<>();
        do {
            texts.add(
                    switch (random.nextInt(6)) {
                        case 0 -> "*";
                        case 1 -> "d/{x}";
                        case 2 -> "e/{x}/x";
                        default -> TOPICS[random.nextInt(TOPICS.length)];
                    });
        } while (random.nextInt(3) == 0);
        return Selectors.of(texts, Limits.DEFAULT);
    }

    /** All that the log has ever shown, by position. */
    NavigableMap<Long, Entry> shown() {
        return log.shown();
    }

    /** What a token may grant: nothing, a topic, a pattern, all. */
    Selectors grants() {
        return switch (random.nextInt(6)) {
            case 0 -> Selectors.EVERYTHING;
            case 1 -> Selectors.of("d/{x}", "a");
            case 2, 3 -> Selectors.of(TOPICS[random.nextInt(TOPICS.length)]);
            default -> Selectors.NONE;
        };
    }

    /** What of it a reader with this filter could still read behind a position. */
    Set<Long> kept(long after, Filter filter) {
        Set<Long> kept = new HashSet<>();
        EventLog.Bounds all = new EventLog.Bounds(Long.MAX_VALUE, Integer.MAX_VALUE);
        for (Entry entry : log.read(after, filter, all).entries()) {
            kept.add(entry.position());
        }
        return kept;
    }
}

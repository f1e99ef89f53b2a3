package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.EventLog.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;

/** Compares a log with a plain list of everything that was ever appended. */
abstract class LogModelContract {

    private static final String TOPICS = "abcdefghij";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final NavigableMap<Long, Entry> all = new TreeMap<>();

    /** What a log keeps: see the retentions of the logs. */
    record Keeping(int maxBytes, int keepLast, int topics, int keepLastBytes) {}

    /** Opens an empty log. */
    abstract EventLog open(Keeping keeping) throws Exception;

    /** Called now and then: may tidy the log, or close and open it again. */
    abstract EventLog interrupt(EventLog log, Random chance) throws Exception;

    @RepeatedTest(30)
    void readsWhatAPlainListHolds() throws Exception {
        boolean exactFloors = random.nextBoolean();
        int keepLast = random.nextInt(3);
        EventLog log = open(new Keeping(
                1 + random.nextInt(20_000),
                keepLast,
                exactFloors ? 100 : 1 + random.nextInt(6),
                exactFloors ? 1 << 20 : random.nextInt(20_000)));
        List<Entry> shown = new ArrayList<>();
        log.listen(shown::addAll);
        for (int step = 0; step < 400; step++) {
            List<Event> events = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                events.add(event());
            }
            for (Entry entry : log.append(events).toCompletableFuture().join()) {
                all.put(entry.position(), entry);
            }
            log = interrupt(log, random);
            log.listen(shown::addAll);
            check(log, exactFloors);
        }
        assertThat(shown).as("seed %d", seed).containsExactlyElementsOf(all.values());
        if (exactFloors && keepLast > 0) {
            keepsTheNewest(log, keepLast);
        }
        log.close();
    }

    private void check(EventLog log, boolean exactFloors) {
        NavigableMap<Long, Entry> kept = new TreeMap<>();
        Filter everything = TopicFilter.ALL.withPrivate();
        for (Entry entry : log.read(0, everything, new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE))
                .entries()) {
            kept.put(entry.position(), entry);
        }
        assertThat(log.size().events()).as("seed %d", seed).isEqualTo(kept.size());
        assertThat(log.end()).isEqualTo(all.lastKey());
        Filter filter = filter();
        long after = random.nextLong(all.lastKey() + 1);
        long until = random.nextBoolean() ? Long.MAX_VALUE : after + random.nextLong(50);
        int bytes = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(2_000);
        EventLog.Batch batch = log.read(after, filter, new Bounds(until, bytes));

        assertThat(batch.next()).as("seed %d", seed).isBetween(after, Math.max(after, log.end()));
        if (bytes == Integer.MAX_VALUE) {
            assertThat(batch.next()).as("seed %d", seed).isGreaterThanOrEqualTo(Math.min(until, log.end()));
        }
        assertThat(batch.entries())
                .as("seed %d", seed)
                .containsExactlyElementsOf(matching(kept.subMap(after, false, batch.next(), true), filter));

        List<Entry> dropped = new ArrayList<>(matching(all.tailMap(after, false), filter));
        dropped.removeAll(kept.values());
        if (exactFloors && filter instanceof TopicFilter exact && !exact.permitsOtherThanItSelects()) {
            assertThat(batch.floor())
                    .as("seed %d", seed)
                    .isEqualTo(dropped.isEmpty() ? 0 : dropped.getLast().position());
        } else if (!dropped.isEmpty()) {
            assertThat(batch.floor())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(dropped.getLast().position());
        }
        if (exactFloors) {
            assertThat(batch.floor())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(lastDropped(kept, filter::selects, filter));
            assertThat(batch.floor())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(lastDropped(kept, filter::permits, filter));
        }
        assertThat(log.resolve(new Cursor(log.epoch(), after), filter) instanceof Resolution.Lost)
                .as("seed %d", seed)
                .isEqualTo(batch.floor() > 0);

        int count = random.nextInt(10);
        List<Entry> newest = matching(kept, filter);
        assertThat(matching(kept.tailMap(log.latest(filter, count), false), filter))
                .as("seed %d", seed)
                .containsExactlyElementsOf(newest.subList(Math.max(0, newest.size() - count), newest.size()));
    }

    private void keepsTheNewest(EventLog log, int keepLast) {
        for (String topic : TOPICS.split("")) {
            Filter filter = new TopicFilter(Set.of(topic), true);
            List<Entry> ever = matching(all, filter);
            List<Entry> kept = log.read(0, filter, new Bounds(Long.MAX_VALUE, Integer.MAX_VALUE))
                    .entries();
            assertThat(kept)
                    .as("seed %d, topic %s", seed, topic)
                    .endsWith(ever.subList(Math.max(0, ever.size() - keepLast), ever.size())
                            .toArray(Entry[]::new));
        }
    }

    /** The last dropped event that is public and matches, or private with a topic of which something holds; or 0. */
    private long lastDropped(NavigableMap<Long, Entry> kept, Predicate<String> holds, Filter filter) {
        return all.descendingMap().values().stream()
                .filter(entry -> !kept.containsKey(entry.position()))
                .filter(entry -> entry.event().isPrivate()
                        ? filter.seesPrivate()
                                && entry.event().topics().stream().anyMatch(holds)
                        : filter.matches(entry.event()))
                .mapToLong(Entry::position)
                .findFirst()
                .orElse(0);
    }

    private static List<Entry> matching(SortedMap<Long, Entry> entries, Filter filter) {
        return entries.values().stream()
                .filter(entry -> filter.matches(entry.event()))
                .toList();
    }

    private Event event() {
        Event.Builder event = Event.on(topic()).data("x".repeat(random.nextInt(200)));
        while (random.nextInt(4) == 0) {
            event.topic(topic());
        }
        if (random.nextInt(3) == 0) {
            event.id("id" + random.nextInt(20));
        }
        return event.isPrivate(random.nextInt(5) == 0).build();
    }

    private Filter filter() {
        if (random.nextInt(3) == 0) {
            return new TopicFilter(null, random.nextBoolean());
        }
        return new TopicFilter(
                topics(),
                switch (random.nextInt(4)) {
                    case 0 -> null;
                    case 1 -> topics();
                    default -> Set.of();
                });
    }

    private Set<String> topics() {
        return random.nextBoolean() ? Set.of(topic()) : Set.copyOf(List.of(topic(), topic(), topic()));
    }

    /** Some topics are much used, some hardly ever. */
    private String topic() {
        double chance = random.nextDouble();
        return String.valueOf(TOPICS.charAt((int) (TOPICS.length() * chance * chance * chance)));
    }
}

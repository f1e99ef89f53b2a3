package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.stepped.SteppedLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A reader that stalls, goes away, comes back with its cursor, and checks all it gets against all the log has shown:
 * everything that matches, in order, once, or it was told of a loss that had happened.
 */
final class SimulatedClient implements Subscription.Listener {

    private final World world;
    private final Random random;
    private final String name;

    private Interest interest;
    private @Nullable Subscription subscription;
    private @Nullable SteppedLoop loop;
    private @Nullable String asked;
    private boolean open;
    private boolean ended;
    /** Everything at or before this position has come or is excused. */
    private long done = -1;
    /** Matching events that a told loss excuses. */
    private final Set<Long> excused = new HashSet<>();
    /** All it got since it began without a cursor. */
    private final TreeSet<Long> received = new TreeSet<>();

    SimulatedClient(World world, int number) {
        this.world = world;
        this.random = world.random;
        this.name = "client " + number;
        this.interest = someInterest();
    }

    /** Does something that a reader may do at any time on its loop. */
    void act() {
        SteppedLoop on = loop;
        if (on == null) {
            arrive();
            return;
        }
        on.within(() -> {
            switch (random.nextInt(12)) {
                case 0 -> leave();
                case 1 -> beat();
                case 2, 3, 4 -> pollSome(1);
                default -> pollSome(1 + random.nextInt(5));
            }
        });
    }

    private void arrive() {
        boolean starts = done < 0 || random.nextInt(10) == 0;
        if (starts) {
            interest = someInterest();
            received.clear();
            excused.clear();
            done = -1;
        }
        int last = random.nextInt(3) == 0 ? random.nextInt(8) : 0;
        String cursor = starts
                ? (random.nextInt(3) == 0 ? Start.EARLIEST : null)
                : world.hub.cursor(done).toString();
        asked = cursor;
        open = false;
        ended = false;
        SteppedLoop on = world.anyLoop();
        loop = on;
        on.within(() -> {
            Subscription opened = requireNonNull(
                    world.hub.subscribe(on, interest, new Start(cursor, last, random.nextBoolean()), this));
            if (ended) { // it left before it knew what to close
                opened.close();
                loop = null;
            } else {
                subscription = opened;
            }
        });
    }

    void leave() {
        if (open && random.nextBoolean()) {
            beat();
        }
        ended = true;
        Subscription leaving = subscription;
        if (leaving != null) {
            leaving.close();
            assertThat(leaving.poll(100)).isNull();
            loop = null;
        }
        subscription = null;
    }

    /** Takes the cursor of the subscription for its own, as a heartbeat lets a reader do. */
    private void beat() {
        Subscription from = subscription;
        if (from == null || !open) {
            return;
        }
        if (random.nextBoolean()) {
            from.cursor();
            world.hub.lane(requireNonNull(loop)).pass();
        }
        Cursor cursor = from.cursor();
        assertThat(cursor.position()).as(name + ": a cursor never goes back").isGreaterThanOrEqualTo(done);
        if (cursor.position() > done) {
            world.happenings.heldCursorsAhead++;
        }
        passOver(cursor.position());
    }

    private void pollSome(int most) {
        for (int i = 0; i < most; i++) {
            Subscription from = subscription;
            if (from == null || !open) {
                return;
            }
            Encoded run = from.poll(1 + random.nextInt(200));
            if (run == null) {
                return;
            }
            receive(run);
        }
    }

    /** Takes all there is; whether there was something. */
    boolean pollAll() {
        Subscription from = subscription;
        if (from == null || !open) {
            return false;
        }
        boolean some = false;
        for (Encoded run = from.poll(100); run != null; run = from.poll(100)) {
            some = true;
            receive(run);
        }
        return some;
    }

    @Override
    public void onOpen(Notice outcome) {
        assertThat(open).as(name + ": opens once").isFalse();
        open = true;
        long from = outcome.from().position();
        switch (outcome.state()) {
            case LIVE -> {
                assertThat(asked).as(name).isNull();
                done = from;
                excuse(from);
            }
            case RESUMED -> {
                if (Start.EARLIEST.equals(asked)) {
                    assertThat(from).isZero();
                    done = 0;
                    excuse(0);
                } else {
                    assertThat(from).as(name + ": resumes at its cursor").isEqualTo(done);
                    world.happenings.resumed++;
                }
            }
            case LOST -> {
                world.happenings.lostAtStart++;
                assertLost(excuse(done), done);
                assertThat(from).isGreaterThanOrEqualTo(done);
                for (long position : matching(done, from)) {
                    excused.add(position);
                }
                done = from;
            }
        }
        if (!world.resting && random.nextInt(30) == 0) {
            leave();
        }
    }

    @Override
    public void onReady() {
        assertThat(open).as(name + ": is ready after it is open").isTrue();
        if (subscription == null) {
            return; // it comes from within subscribe
        }
        assertThat(ended).as(name + ": nothing after the end").isFalse();
        switch (world.resting ? 0 : random.nextInt(12)) {
            case 0, 1, 2, 3 -> pollAll();
            case 4, 5, 6 -> pollSome(1 + random.nextInt(4));
            case 7 -> beat();
            case 8 -> others();
            default -> {} // it stalls
        }
    }

    /** What one reader's callback may do to others of its loop. */
    private void others() {
        SimulatedClient other = world.anyClient();
        switch (random.nextInt(4)) {
            case 0 -> world.publish();
            case 1 -> world.hub.lane(requireNonNull(loop)).pass();
            case 2 -> {
                if (other.loop == loop) {
                    other.leave();
                }
            }
            default -> {
                if (other.loop == null) {
                    other.arrive();
                }
            }
        }
    }

    @Override
    public void onDrain() {
        throw new AssertionError("nobody drains");
    }

    @Override
    public void onFailure(RuntimeException cause) {
        throw new AssertionError(name + " failed", cause);
    }

    private void receive(Encoded run) {
        Set<Object> classes = new HashSet<>();
        for (int part = 0; part < run.parts(); part++) {
            String text = new String(
                    run.bytes(), run.start(part), run.end(part) - run.start(part) - 1, StandardCharsets.UTF_8);
            if (text.startsWith("lost after ")) {
                long after = Long.parseLong(text.substring(11));
                assertThat(after).as(name).isGreaterThanOrEqualTo(done);
                passOver(after);
                assertLost(excuse(after), after);
                world.happenings.lostInBand++;
                continue;
            }
            long position = Long.parseLong(text);
            Entry entry = world.shown().get(position);
            assertThat(entry).as(name + ": " + position + " was published").isNotNull();
            Event event = requireNonNull(entry).event();
            assertThat(interest.matches(event))
                    .as(name + ": " + position + " matches")
                    .isTrue();
            if (event.isPrivate()) {
                world.happenings.secrets++;
            }
            assertThat(position).as(name + ": in order, once").isGreaterThan(done);
            passOver(position - 1);
            done = position;
            received.add(position);
            Subscription from = requireNonNull(subscription);
            assertThat(from.isLive()
                            && isSupersededUpTo(position, from.audience().last()))
                    .as(name + ": " + position + " is not superseded by what its audience has")
                    .isFalse();
            Object group = group(event);
            assertThat(group == null || classes.add(group))
                    .as(name + ": " + position + " supersedes what is in the same run")
                    .isTrue();
        }
    }

    /** What the reader does not get up to a position must be excused, or superseded by what is to come. */
    private void passOver(long to) {
        for (long position : matching(done, to)) {
            if (!excused.contains(position)) {
                assertThat(isSuperseded(position))
                        .as("%s %s: %d is passed over on the way from %d to %d", name, interest, position, done, to)
                        .isTrue();
                world.happenings.conflated++;
            }
        }
        done = Math.max(done, to);
    }

    private boolean isSuperseded(long position) {
        return isSupersededUpTo(position, Long.MAX_VALUE);
    }

    private boolean isSupersededUpTo(long position, long last) {
        Object group = group(requireNonNull(world.shown().get(position)).event());
        if (group != null) {
            for (Entry later : world.shown().subMap(position, false, last, true).values()) {
                if (interest.matches(later.event()) && group.equals(group(later.event()))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Of the events with equal groups, the latest supersedes the others; null for an event on its own. */
    private @Nullable Object group(Event event) {
        return switch (interest.mode()) {
            case ALL -> null;
            case LATEST -> event.canonicalTopic();
            case LATEST_BY_KEY -> event.key() == null ? null : List.of(event.canonicalTopic(), event.key());
        };
    }

    /**
     * Excuses the matching events behind a position that the log does not keep; gives their number. Where the newest of a
     * topic survive what is around them, those that go later are excused by the same notice.
     */
    private int excuse(long behind) {
        List<Long> dropped = new ArrayList<>(matching(behind, Long.MAX_VALUE));
        dropped.removeAll(world.kept(behind, interest));
        excused.addAll(dropped);
        if (world.keepsNewest && !dropped.isEmpty()) {
            excused.addAll(matching(behind, dropped.getLast()));
        }
        return dropped.size();
    }

    /** That a private event had both a selected and a permitted topic cannot be told from what is known of topics alone. */
    private void assertLost(int dropped, long behind) {
        if (dropped == 0 && interest.seesPrivate() && !interest.grants().equals(interest.selectors())) {
            world.happenings.lostInDoubt++;
        } else {
            assertThat(dropped)
                    .as(name + ": something is lost behind " + behind)
                    .isPositive();
        }
    }

    private List<Long> matching(long behind, long upTo) {
        if (upTo <= behind) {
            return List.of();
        }
        return world.shown().subMap(behind, false, upTo, true).values().stream()
                .filter(entry -> interest.matches(entry.event()))
                .map(Entry::position)
                .toList();
    }

    /** At rest: an open reader has everything up to the end. */
    void checkComplete(long end) {
        Subscription from = subscription;
        if (from != null) {
            assertThat(open).as(name).isTrue();
            assertThat(from.isCaughtUp()).as(name + " is caught up").isTrue();
            assertThat(from.position()).as(name).isEqualTo(end);
            passOver(end);
            world.shown().values().stream()
                    .filter(entry ->
                            entry.position() > received.stream().findFirst().orElse(end))
                    .filter(entry -> interest.matches(entry.event()))
                    .filter(entry -> !isSuperseded(entry.position()))
                    .filter(entry -> interest.mode() != DeliveryMode.ALL)
                    .map(Entry::position)
                    .filter(position -> !excused.contains(position))
                    .forEach(position -> assertThat(received)
                            .as(name + ": the newest arrives")
                            .contains(position));
        }
    }

    private Interest someInterest() {
        DeliveryMode[] modes = DeliveryMode.values();
        DeliveryMode mode = random.nextBoolean() ? DeliveryMode.ALL : modes[random.nextInt(modes.length)];
        return new Interest(world.selectors(), world.grants(), PlainFormat.PLAIN, mode);
    }
}

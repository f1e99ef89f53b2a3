package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexTest {

    private static final String[] SELECTORS = {
        "*", "a", "b", "a/1", "a/2", "a/{x}", "{x}", "a/{x}/c", "{+x}/c", "a/{x}", "b{?q}"
    };
    private static final String[] TOPICS = {"a", "b", "c", "a/1", "a/2", "a/1/c", "a/2/c", "b?q=1", "a/{x}"};

    private final Bench bench = new Bench();
    private final Index index = new Index(1_000);

    @Test
    void findsEveryAudienceThatMatchesOnce() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Audience> audiences = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            if (audiences.isEmpty() || random.nextInt(100) < (step < 1_500 ? 60 : 40)) {
                List<String> texts = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    texts.add(SELECTORS[random.nextInt(SELECTORS.length)]);
                }
                Audience audience = audience(step, texts.toArray(String[]::new), grants(random));
                audiences.add(audience);
                index.add(audience);
            } else {
                index.remove(audiences.remove(random.nextInt(audiences.size())));
            }
            Event.Builder event = Event.on(TOPICS[random.nextInt(TOPICS.length)]);
            while (random.nextInt(3) == 0) {
                event.topic(TOPICS[random.nextInt(TOPICS.length)]);
            }
            Event published = event.isPrivate(random.nextInt(3) == 0).build();
            List<Audience> found = new ArrayList<>();
            index.forEachMatch(published, found::add);
            assertThat(found)
                    .as("seed %d, step %d", seed, step)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(audiences.stream()
                            .filter(audience -> audience.interest().matches(published))
                            .toList());
        }
        audiences.forEach(index::remove);
        assertThat(index.isEmpty()).isTrue();
    }

    @Test
    void holdsAndForgetsManyAudiencesOfOneSelector() {
        List<Audience> audiences = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Audience audience = audience(i, "*");
            audiences.add(audience);
            index.add(audience);
        }
        Collections.shuffle(audiences, new Random(1));
        audiences.subList(0, 5_000).forEach(index::remove);
        List<Audience> found = new ArrayList<>();
        index.forEachMatch(Event.of("a", ""), found::add);
        assertThat(found).containsExactlyInAnyOrderElementsOf(audiences.subList(5_000, 10_000));
        audiences.forEach(index::remove);
        assertThat(index.isEmpty()).isTrue();
    }

    @Test
    void findsThoseOfManyWhoMaySeeAPrivateEvent() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Audience> audiences = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String selector = SELECTORS[random.nextInt(SELECTORS.length)];
            String grant = random.nextBoolean() ? "users/" + i : "users/" + i + "/{x}";
            Audience audience = audience(i, new String[] {selector}, Selectors.of(grant, "group/" + i % 10));
            audiences.add(audience);
            index.add(audience);
        }
        for (int i = 0; i < 500; i++) {
            Event event = Event.on(TOPICS[random.nextInt(TOPICS.length)])
                    .topic(i % 50 == 0 ? "group/" + random.nextInt(12) : "users/" + random.nextInt(2_100))
                    .topic("users/" + random.nextInt(2_100) + "/a")
                    .isPrivate(true)
                    .build();
            List<Audience> found = new ArrayList<>();
            index.forEachMatch(event, found::add);
            assertThat(found)
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(audiences.stream()
                            .filter(audience -> audience.interest().matches(event))
                            .toList());
            index.remove(audiences.removeLast());
        }
        audiences.forEach(index::remove);
        assertThat(index.isEmpty()).isTrue();
    }

    @Test
    void remembersHitsWithinBounds() {
        List<Audience> audiences = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Audience audience = audience(i, "{x}" + "{y}".repeat(i));
            audiences.add(audience);
            index.add(audience);
        }
        for (int i = 0; i < 10_000; i++) {
            index.forEachMatch(Event.of("topic" + i, ""), audience -> {});
            assertThat(index.hitsBytes()).isLessThanOrEqualTo(2 << 20);
        }
        assertThat(index.hitsBytes()).isPositive();
        audiences.forEach(index::remove);
        assertThat(index.hitsBytes()).isZero();
    }

    @Test
    void takesNoMorePatternsThanATopicMayBeComparedWith() {
        Index small = new Index(3);
        Audience one = audience(1, "{x}", "{y}");
        Audience two = audience(2, "a/{x}");
        assertThat(small.add(one)).isTrue();
        assertThat(small.add(two)).isTrue();
        assertThat(small.effort()).isEqualTo(3);
        small.forEachMatch(Event.of("a/1", ""), audience -> {});
        int known = small.hitsBytes();

        assertThat(small.add(audience(3, "other", "a/1{x}", "b/{x}")))
                .as("for one topic too many")
                .isFalse();
        assertThat(small.add(audience(4, "a/{x}" + "{y}".repeat(30)))).isFalse();
        assertThat(small.effort()).isEqualTo(3);
        assertThat(small.hitsBytes())
                .as("what is known is still known")
                .isEqualTo(known)
                .isPositive();
        assertThat(found(small, "other")).containsExactly(one);
        assertThat(found(small, "a/1")).containsExactly(two);

        Audience known5 = audience(5, "{x}", "a/{x}", "exact");
        Audience all = audience(6, "*", "{z}");
        Audience elsewhere = audience(7, "b/{x}");
        assertThat(small.add(known5)).as("what is there already costs nothing").isTrue();
        assertThat(small.add(all)).as("all needs no comparing").isTrue();
        assertThat(small.add(elsewhere)).as("another beginning").isTrue();
        assertThat(found(small, "b/1")).containsExactlyInAnyOrder(elsewhere, all);

        List.of(one, two, known5, all, elsewhere).forEach(small::remove);
        assertThat(small.isEmpty()).isTrue();
        assertThat(small.effort()).isZero();
        assertThat(small.add(audience(3, "a/1{x}", "b/{x}"))).isTrue();
    }

    @Test
    void takesAnyNumberOfPatternsWithBeginningsOfTheirOwn() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(index.add(audience(i, "https://example.com/" + i + "/{x}")))
                    .isTrue();
        }
        assertThat(index.effort()).isOne();
    }

    @Test
    void countsALongPatternForAsManyAsItHasWords() {
        index.add(audience(1, "{x}" + "{y}".repeat(1_000)));
        assertThat(index.effort()).isBetween(46L, 48L);
        index.add(audience(2, "x".repeat(4_000) + "{x}"));
        assertThat(index.effort()).isBetween(47L, 49L);
    }

    private static List<Audience> found(Index index, String topic) {
        List<Audience> found = new ArrayList<>();
        index.forEachMatch(Event.of(topic, ""), found::add);
        return found;
    }

    private static Selectors grants(Random random) {
        return random.nextInt(3) == 0 ? Selectors.NONE : Selectors.of(SELECTORS[random.nextInt(SELECTORS.length)]);
    }

    private Audience audience(int name, String... selectors) {
        return audience(name, selectors, Selectors.NONE);
    }

    private Audience audience(int name, String[] selectors, Selectors grants) {
        PlainFormat format = new PlainFormat(String.valueOf(name), true);
        return new Audience(bench.lane, new Interest(Selectors.of(selectors), grants, format, DeliveryMode.ALL));
    }
}

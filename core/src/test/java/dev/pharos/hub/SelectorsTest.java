package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.Event;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectorsTest {

    @Test
    void matchExactTopicsAllAndTemplates() {
        Event event = Event.on("/users/1").topic("/all").build();
        assertThat(Selectors.of("/users/1").matches(event)).isTrue();
        assertThat(Selectors.of("/all").matches(event)).isTrue();
        assertThat(Selectors.of("*").matches(event)).isTrue();
        assertThat(Selectors.of("/users/{id}").matches(event)).isTrue();
        assertThat(Selectors.of("/users/2", "/users").matches(event)).isFalse();
    }

    @Test
    void matchATemplateAsATopicOfItsOwn() {
        assertThat(Selectors.of("/users/{id}").selects("/users/{id}")).isTrue();
    }

    @Test
    void seeNothingPrivate() {
        Event secret = Event.on("a").isPrivate(true).build();
        for (String selector : List.of("a", "*", "{x}")) {
            assertThat(Selectors.of(selector).matches(secret)).isFalse();
            assertThat(Selectors.of(selector).permits("a")).isFalse();
        }
        assertThat(Selectors.of("*").seesPrivate()).isFalse();
    }

    @Test
    void areEqualInAnyOrder() {
        assertThat(Selectors.of("a", "b", "{c}"))
                .isEqualTo(Selectors.of("{c}", "b", "a", "a"))
                .hasSameHashCodeAs(Selectors.of("{c}", "b", "a"))
                .isNotEqualTo(Selectors.of("a", "b"));
        assertThat(Selectors.of("a")).isEqualTo(Selectors.of("a", "a")).hasSameHashCodeAs(Selectors.of("a"));
    }

    @Test
    void areNotEqualWhenOnlyTheirTextsInARowAre() {
        for (String separator : new String[] {"", " ", ",", "\n", "\0", "&", ", "}) {
            Selectors two = Selectors.of("a", "b");
            Selectors one = Selectors.of("a" + separator + "b");
            assertThat(one).isNotEqualTo(two);
            assertThat(one.selects("a")).isFalse();
            assertThat(two.selects("a" + separator + "b")).isFalse();
        }
    }

    @Test
    void listTheirTopicsWhenThereIsSuchAList() {
        assertThat(Selectors.of("a", "b").topics()).isEqualTo(Set.of("a", "b"));
        assertThat(Selectors.of("a", "*").topics()).isNull();
        assertThat(Selectors.of("a", "{b}").topics()).isNull();
    }

    @Test
    void nameWhatIsWrongAndTheLimit() {
        Limits limits = new Limits(2, 10, 100, 100, 100, 100, 1);
        assertThatThrownBy(() -> Selectors.of(List.of(), limits)).hasMessageContaining("topic");
        assertThatThrownBy(() -> Selectors.of(List.of("a", ""), limits)).hasMessageContaining("empty");
        assertThatThrownBy(() -> Selectors.of(List.of("a", "b", "c"), limits))
                .isInstanceOf(InvalidSelectorException.class)
                .hasMessageContaining("3")
                .hasMessageContaining("2");
        assertThatThrownBy(() -> Selectors.of(List.of("x".repeat(11)), limits))
                .isInstanceOf(InvalidSelectorException.class)
                .hasMessageContaining("11")
                .hasMessageContaining("10");
        assertThatThrownBy(() -> Selectors.of(List.of("é".repeat(6)), limits)).hasMessageContaining("12");
        assertThat(Selectors.of(Collections.nCopies(2, "x".repeat(10)), limits).texts())
                .hasSize(1);
    }

    @Test
    void keepAPatternApartFromTheTextItIsWrittenAs() {
        UriTemplate template = Objects.requireNonNull(UriTemplate.compile("/{x}"));
        Selectors literal = new Selectors.Builder().exact("/{x}").build();
        Selectors pattern = new Selectors.Builder().pattern(template).build();
        assertThat(literal).isNotEqualTo(pattern).isNotEqualTo(Selectors.of("/{x}"));
        assertThat(literal.selects("/1")).isFalse();
        assertThat(pattern.selects("/1")).isTrue();
        assertThat(pattern.selects("/{x}")).isFalse();
        assertThat(new Selectors.Builder().pattern(template).exact("/{x}").build())
                .isEqualTo(Selectors.of("/{x}"));
    }

    @Test
    void selectNothingWhenThereAreNone() {
        assertThat(Selectors.NONE.selects("a")).isFalse();
        assertThat(Selectors.NONE.isNone()).isTrue();
        assertThat(Selectors.EVERYTHING.selects("a")).isTrue();
        assertThat(Selectors.EVERYTHING).isEqualTo(Selectors.of("*"));
    }

    @Test
    void intersectToWhatBothSelect() {
        assertThat(Selectors.of("*").intersect(Selectors.of("a", "{b}"))).isEqualTo(Selectors.of("a", "{b}"));
        assertThat(Selectors.of("a", "b").intersect(Selectors.of("b", "c"))).isEqualTo(Selectors.of("b"));
        assertThat(Selectors.of("/u/{id}", "a").intersect(Selectors.of("/u/1", "/v/1")))
                .isEqualTo(Selectors.of("/u/1"));
        assertThat(Selectors.of("/u/{id}").intersect(Selectors.of("/u/{name}")).selects("/u/1"))
                .isFalse();
        assertThat(Selectors.of("a").intersect(Selectors.of("b")).isNone()).isTrue();
    }

    @Test
    void neverIntersectToMoreThanEitherSelects() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> texts = List.of("*", "a", "/u/1", "/u/2", "/u/{id}", "/u/{x}", "{+all}", "/{a}/{b}");
        for (int i = 0; i < 2_000; i++) {
            Selectors one = some(random, texts);
            Selectors other = some(random, texts);
            Selectors common = one.intersect(other);
            for (String topic : List.of("a", "/u/1", "/u/2", "/u/3", "/v/1", "x", "/u/{id}")) {
                assertThat(!common.selects(topic) || (one.selects(topic) && other.selects(topic)))
                        .as("seed %d: %s of %s and %s", seed, topic, one, other)
                        .isTrue();
            }
        }
    }

    private static Selectors some(Random random, List<String> texts) {
        return Selectors.of(
                random.ints(1 + random.nextInt(3), 0, texts.size())
                        .mapToObj(texts::get)
                        .toList(),
                Limits.DEFAULT);
    }
}

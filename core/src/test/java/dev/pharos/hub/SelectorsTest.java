package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.Event;
import java.util.Collections;
import java.util.List;
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
        assertThat(Selectors.of("/users/{id}").covers("/users/{id}", false)).isTrue();
    }

    @Test
    void seeNothingPrivate() {
        Event secret = Event.on("a").isPrivate(true).build();
        for (String selector : List.of("a", "*", "{x}")) {
            assertThat(Selectors.of(selector).matches(secret)).isFalse();
            assertThat(Selectors.of(selector).covers("a", true)).isFalse();
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
    void listTheirTopicsWhenThereIsSuchAList() {
        assertThat(Selectors.of("a", "b").topics()).isEqualTo(Set.of("a", "b"));
        assertThat(Selectors.of("a", "*").topics()).isNull();
        assertThat(Selectors.of("a", "{b}").topics()).isNull();
    }

    @Test
    void nameWhatIsWrongAndTheLimit() {
        Limits limits = new Limits(2, 10, 100, 100, 100, 100);
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
}

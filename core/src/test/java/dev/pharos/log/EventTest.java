package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

    @Test
    void needsATopic() {
        assertThatThrownBy(() -> new Event.Builder().data("x").build())
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("topic");
        assertThatThrownBy(() -> Event.on("a").topic("").build()).hasMessageContaining("topic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\0b", "\n", "b\r\n"})
    void refusesIdsAndTypesThatBreakOutOfTheirLine(String value) {
        assertThatThrownBy(() -> Event.on("t").id(value).build())
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("id");
        assertThatThrownBy(() -> Event.on("t").type(value).build())
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("type");
    }

    @Test
    void refusesWhatIsTheHubs() {
        assertThatThrownBy(() -> Event.on("t").id("pos:e.1").build()).hasMessageContaining("pos:");
        assertThatThrownBy(() -> Event.on("t").id("pos:" + "x".repeat(10_000)).build())
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
        assertThatThrownBy(() -> Event.on("t").type("pharos").build()).hasMessageContaining("pharos");
        assertThat(Event.on("t").type("pharos2").id("pos").build().id()).isEqualTo("pos");
    }

    @Test
    void refusesAnEmptyIdAndANegativeRetry() {
        assertThatThrownBy(() -> Event.on("t").id("").build()).hasMessageContaining("id");
        assertThatThrownBy(() -> Event.on("t").retry(-2).build()).hasMessageContaining("-2");
        assertThat(Event.on("t").retry(0).build().retry()).isZero();
    }

    @Test
    void carriesAnyData() {
        String data = "a\r\n\0\uD800 \uD83D\uDE00";
        assertThat(Event.of("t", data).data()).isEqualTo(data);
    }

    @Test
    void doesNotChangeWithTheListItWasMadeFrom() {
        List<String> topics = new ArrayList<>(List.of("a", "b"));
        Event event = new Event(null, topics, null, "", null, false, -1, null);
        topics.clear();
        assertThat(event.topics()).containsExactly("a", "b");
        assertThat(event.canonicalTopic()).isEqualTo("a");
    }

    @Test
    void isKnownByThePublishersIdElseByItsCursor() {
        assertThat(new Entry("e", 35, 0, Event.of("t", "")).id()).isEqualTo("pos:e.z");
        assertThat(new Entry("e", 35, 0, Event.on("t").id("mine").build()).id()).isEqualTo("mine");
    }
}

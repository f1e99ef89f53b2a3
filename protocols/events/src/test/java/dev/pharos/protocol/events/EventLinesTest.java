package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.hub.Limits;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLinesTest {

    @Test
    void readsWhatItWrites() {
        Event event = new Event("mine", List.of("a", "\u00e9"), "t", "x\n\"y\"", "k", true, 500, null);
        assertThat(read(EventLines.write(new Entry("e", 7, 1, event)))).isEqualTo(event);
    }

    @Test
    void leavesOutAnIdThatWasAPlaceInAnotherLog() {
        Event event = Event.of("a", "x");
        byte[] line = EventLines.write(new Entry("e", 7, 1, event));
        assertThat(new String(line, StandardCharsets.UTF_8)).contains("pos:e.7").doesNotContain("\n");
        assertThat(read(line)).isEqualTo(event);
        assertThat(read("{\"id\":\"pos:nonsense\",\"topic\":\"a\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Event.of("a", ""));
    }

    @Test
    void saysWhyALineIsNoEvent() {
        assertThatThrownBy(() -> read("{\"data\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic");
        assertThatThrownBy(() -> read(new byte[] {(byte) 0xFF})).hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> read("{".getBytes(StandardCharsets.UTF_8))).hasMessageContaining("malformed JSON");
    }

    private static Event read(byte[] line) {
        return EventLines.read(ByteBuffer.wrap(line), Limits.DEFAULT);
    }
}

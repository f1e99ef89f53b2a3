package dev.pharos.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.log.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormsTest {

    @ParameterizedTest
    @CsvSource({
        "http://h:1,          http://h:1/events",
        "http://h:1/,         http://h:1/events",
        "h:7070,              http://h:7070/events",
        "localhost,           http://localhost/events",
        "https://h/push,      https://h/push",
        "HTTP://h/a%20b/,     HTTP://h/a%20b/",
        "'http://[::1]:7070', 'http://[::1]:7070/events'"
    })
    void completesAnAddress(String text, String endpoint) {
        assertThat(HubUrl.of(text)).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "ftp://h",
                "http://h?x",
                "http://h#x",
                "http://a b",
                "http:///events",
                "http://h:x"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> HubUrl.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encodesParameters() {
        assertThat(HubUrl.of("h").with(List.of(Map.entry("topic", "a&b=c é"), Map.entry("x", ""))))
                .hasToString("http://h/events?topic=a%26b%3Dc+%C3%A9&x=");
    }

    @Test
    void makesAnyTextTheDataOfAnEvent() {
        LineFormat format = new LineFormat(Event.on("t\"")
                .topic("u")
                .type("y")
                .key("k\\")
                .retry(5)
                .isPrivate(true)
                .build());
        String nasty = "\"\\\u0000\u001f\u007f é \ud83d\ude00 </script>";
        String json = new String(format.json(nasty), StandardCharsets.UTF_8);
        assertThat(json).endsWith("}\n").startsWith("{\"topics\":[\"t\\\"\",\"u\"],");
        FlatJson read = read(json);
        assertThat(read.text("data")).isEqualTo(nasty);
        assertThat(read.text("key")).isEqualTo("k\\");
        assertThat(read.text("type")).isEqualTo("y");
        assertThat(read.text("retry")).isEqualTo("5");
        assertThat(read.text("private")).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[1]", "{\"a\":", "{\"a\":1", "nul"})
    void takesWhatIsNoObjectForNothing(String text) {
        assertThat(FlatJson.of(text)).isNull();
    }

    @Test
    void readsNumbersOrTakesAnother() {
        FlatJson read = read("{\"a\":1.5,\"b\":\"x\",\"c\":null,\"d\":{\"a\":2},\"e\":[3]}");
        assertThat(read.number("a", 0)).isEqualTo(1.5);
        for (String other : new String[] {"b", "c", "d", "e", "f"}) {
            assertThat(read.number(other, 7)).isEqualTo(7);
        }
    }

    @Test
    void waitsLongerAfterEachFailureUpToALimitAndNeverAlike() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(7));
        for (int failures = 1; failures < 100; failures++) {
            double step = Math.min(5000, 100 * Math.pow(2, failures - 1));
            assertThat((double) backoff.after(failures).toMillis()).isBetween(step / 2 - 1, step + 1);
        }
        assertThat(backoff.after(50)).isNotEqualTo(backoff.after(50));
    }

    private static FlatJson read(String json) {
        @Nullable FlatJson read = FlatJson.of(json);
        assertThat(read).isNotNull();
        return java.util.Objects.requireNonNull(read);
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.ManualLoop;
import dev.pharos.testkit.fake.FakeExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {

    private static Accept of(String... lines) {
        return Accept.of(new FakeExchange(new ManualLoop(), "GET", "/", lines));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream | STREAM",
                "*/* | STREAM",
                "text/* | STREAM",
                "application/json | POLL",
                "application/* | POLL",
                "APPLICATION/JSON;charset=utf-8 | POLL",
                "application/json, text/plain, */* | POLL", // what axios sends
                "text/event-stream, application/json | STREAM",
                "application/json, text/event-stream | STREAM",
                "application/json, text/event-stream;q=0.9 | POLL",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | STREAM", // a browser's address bar
                "*/*, text/event-stream;q=0 | POLL",
                "text/event-stream;q=0, */* | POLL",
                "application/json;q=0, application/*, text/event-stream;q=0.1 | STREAM",
                "*/*, text/*;q=0.5 | POLL",
                "text/html | NEITHER",
                "text/event-stream;q=0 | NEITHER",
                "*/*;q=0 | NEITHER",
                "text/event-stream;q=nonsense | STREAM",
                "' ' | STREAM",
                ", | STREAM",
            })
    void takesWhatIsLikedMost(String field, Accept expected) {
        assertThat(of("Accept: " + field)).isEqualTo(expected);
    }

    @Test
    void streamsToWhoDoesNotSay() {
        assertThat(of()).isEqualTo(Accept.STREAM);
    }

    @Test
    void readsSeveralFields() {
        assertThat(of("Accept: text/html", "Accept: application/json")).isEqualTo(Accept.POLL);
    }
}

package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.fake.FakeExchange;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    private final TestHub closed = new TestHub();
    private final TestHub listed =
            new TestHub(EventsOptions.DEFAULT.withAllowedOrigins(List.of("https://App.example", "null")));
    private final TestHub any = new TestHub(EventsOptions.DEFAULT.withAllowedOrigins(List.of("*")));

    @AfterEach
    void close() {
        closed.close();
        listed.close();
        any.close();
    }

    @ParameterizedTest
    @CsvSource({
        "http://hub.example, hub.example, 200",
        "http://hub.example, hub.example:80, 200",
        "https://hub.example, hub.example:443, 200",
        "https://hub.example, HUB.example, 200",
        "http://localhost:7070, localhost:7070, 200",
        "http://[::1]:7070, [::1]:7070, 200",
        "http://localhost:7071, localhost:7070, 403",
        "http://hub.example:443, hub.example, 403",
        "https://hub.example.evil.example, hub.example, 403",
        "http://evil.example, localhost:7070, 403",
        "null, localhost:7070, 403",
        "hub.example, hub.example, 403",
        "'', hub.example, 403",
    })
    void onlyItsOwnPagesMayPublish(String origin, String host, int status) {
        FakeExchange answer = closed.form("topic=a&data=1", "Origin: " + origin, "Host: " + host);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(closed.hub.log().end()).isEqualTo(status == 200 ? 1 : 0);
        if (status == 403) {
            assertThat(answer.text()).contains("'Origin'").contains(origin).hasLineCount(1);
        }
    }

    @Test
    void programsThatAreNoPagesMayPublish() {
        assertThat(closed.form("topic=a").status()).isEqualTo(200);
    }

    @Test
    void aForeignPageMayNotOpenASocket() {
        FakeExchange foreign = closed.socket("/events", "Origin: http://evil.example", "Host: localhost:7070");
        assertThat(foreign.status()).isEqualTo(403);

        assertThat(closed.socket("/events", "Origin: http://localhost:7070", "Host: localhost:7070")
                        .status())
                .isEqualTo(101);
        assertThat(listed.socket("/events", "Origin: https://app.example", "Host: localhost:7070")
                        .status())
                .isEqualTo(101);
    }

    @Test
    void aForeignPageIsNotAllowedToRead() {
        FakeExchange stream = closed.eventSource("/events?topic=a", "Origin: http://evil.example");

        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.field("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void aListedPageMayReadAndPublish() {
        FakeExchange stream = listed.eventSource("/events?topic=a", "Origin: https://app.example");
        assertThat(stream.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(stream.field("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(stream.field("Access-Control-Expose-Headers")).contains("Last-Event-ID", "Pharos-Notice");
        assertThat(stream.field("Vary")).isEqualTo("Origin");

        FakeExchange published = listed.form("topic=a", "Origin: https://app.example", "Host: localhost");
        assertThat(published.status()).isEqualTo(200);
        assertThat(published.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");

        assertThat(listed.form("topic=a", "Origin: null", "Host: localhost").status())
                .isEqualTo(200);
        assertThat(listed.form("topic=a", "Origin: https://other.example", "Host: localhost")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aListedPageMayReadErrors() {
        assertThat(listed.eventSource("/events", "Origin: https://app.example").field("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
        assertThat(listed.json("{", "Origin: https://app.example", "Host: localhost")
                        .field("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
    }

    @Test
    void anyPageMayReadAndPublishWhenAllMay() {
        FakeExchange published = any.form("topic=a", "Origin: http://x.example", "Host: localhost");

        assertThat(published.status()).isEqualTo(200);
        assertThat(published.field("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(published.field("Access-Control-Allow-Credentials")).isNull();
    }

    @Test
    void answersAPreflight() {
        FakeExchange preflight = listed.request(
                "OPTIONS",
                "/events",
                "Origin: https://app.example",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type");

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(preflight.field("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, POST, QUERY");
        assertThat(preflight.field("Access-Control-Allow-Headers"))
                .contains(
                        "Content-Type", "Last-Event-ID", "Prefer", "Cache-Control", "Authorization", "Idempotency-Key");
        assertThat(preflight.field("Allow")).isEqualTo("GET, HEAD, POST, QUERY, OPTIONS");

        FakeExchange foreign = listed.request("OPTIONS", "/events", "Origin: https://other.example");
        assertThat(foreign.status()).isEqualTo(204);
        assertThat(foreign.field("Access-Control-Allow-Origin")).isNull();
        assertThat(foreign.field("Access-Control-Allow-Headers")).isNull();
    }

    @Test
    void publishesNothingForAForeignPageOfAnyType() {
        for (String type : List.of(FORM, "application/json", "application/x-ndjson")) {
            FakeExchange answer =
                    closed.post(type, "{\"topic\":\"a\"}", "Origin: http://evil.example", "Host: localhost");
            assertThat(answer.status()).as(type).isEqualTo(403);
            assertThat(answer.isRead()).as(type).isFalse();
        }
    }
}

package dev.pharos.protocol.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.ManualLoop;
import dev.pharos.testkit.fake.FakeExchange;
import dev.pharos.url.Url;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubUrlsTest {

    private static final String PATH = "/.well-known/mercure";

    @Test
    void takesThePublicUrlThatTheRequestNames() {
        Url first = Url.of("https://one.example" + PATH);
        Url second = Url.of("https://two.example:8443" + PATH);
        HubUrls urls = new HubUrls(List.of(first, second), PATH);
        assertThat(urls.of(new FakeExchange(new ManualLoop(), "GET", PATH, "Host: TWO.example:8443")))
                .isEqualTo(second);
        assertThat(urls.of(new FakeExchange(new ManualLoop(), "GET", PATH, "Host: one.example")))
                .isEqualTo(first);
        assertThat(urls.of(new FakeExchange(new ManualLoop(), "GET", PATH, "Host: evil.example")))
                .isEqualTo(first);
        assertThat(urls.of(new FakeExchange(new ManualLoop(), "GET", PATH))).isEqualTo(first);
    }

    /** The fake's connection came in at 127.0.0.1:7070. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:7070, http://127.0.0.1:7070/.well-known/mercure",
        "localhost:7070, http://localhost:7070/.well-known/mercure",
        "evil.example, http://localhost:7070/.well-known/mercure",
        "127.0.0.1:9, http://localhost:7070/.well-known/mercure",
        "'a b', http://localhost:7070/.well-known/mercure",
    })
    void takesTheAddressOfTheConnectionWithoutOne(String host, String url) {
        HubUrls urls = new HubUrls(List.of(), PATH);
        assertThat(urls.of(new FakeExchange(new ManualLoop(), "GET", PATH, "Host: " + host))
                        .href())
                .isEqualTo(url);
    }
}

package dev.pharos.protocol.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.url.Url;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservedNamespaceTest {

    private static final ReservedNamespace RESERVED =
            new ReservedNamespace(Url.of("https://hub.example/.well-known/mercure"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/.well-known/mercure",
                "https://other.example/.well-known/mercure",
                "http://hub.example/.well-known/mercure/subscriptions/x",
                "/.well-known/mercure/subscriptions/x/y",
                "mercure/x",
                "mercure",
                "/.well-known/me%72cure/x",
                "/.well-known/%6Dercure",
                "\\.well-known\\mercure\\x",
                "/.well-known/mercure/../mercure/x",
                "/a/%2e%2E/.well-known/mercure",
                "?query",
                "#fragment",
                "ftp://h/.well-known/mercure",
                "foo://h/.well-known/mercure/",
            })
    void holdsWhatAddressesTheHub(String topic) {
        assertThat(RESERVED.contains(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/mercure-dashboard",
                "/.well-known/mercureXXX",
                "https://hub.example/foo/.well-known/mercure/bar",
                "../mercure/x",
                "urn:uuid:1",
                "a plain topic",
                "subscriptions/foo",
                "bar",
                "https://[",
                "/.well-known/mercure%2Fx",
            })
    void leavesOthersAlone(String topic) {
        assertThat(RESERVED.contains(topic)).isFalse();
    }
}

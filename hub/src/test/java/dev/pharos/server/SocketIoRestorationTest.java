package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a client that comes back goes on as it was. */
class SocketIoRestorationTest {

    private final SocketIoRestoration restoration = new SocketIoRestoration();

    private void take(String frame) {
        restoration.take(GatewayFrame.of(frame));
    }

    private Boolean outcome() {
        return restoration.whole().toCompletableFuture().getNow(null);
    }

    private static String subscribed(int ref, String state) {
        return "{\"type\":\"subscribed\",\"subscription\":\"s\",\"ref\":\"%d\",\"state\":\"%s\"}".formatted(ref, state);
    }

    @Test
    void isWholeWhenNothingIsMissingOfAnySubscription() {
        restoration.await("0");
        restoration.await("1");
        take(subscribed(1, "resumed"));
        restoration.complete();
        assertThat(outcome()).isNull();
        take(subscribed(0, "resumed"));
        assertThat(outcome()).isTrue();
    }

    @Test
    void isNotWholeWhenSomethingIsMissing() {
        restoration.await("0");
        restoration.complete();
        take(subscribed(0, "lost"));
        assertThat(outcome()).isFalse();
    }

    @Test
    void isNotWholeWhenSomethingEndsThatTheClientDoesNotKnowOf() {
        restoration.await("0");
        restoration.await("1");
        restoration.complete();
        take(subscribed(0, "resumed"));
        take("{\"type\":\"error\",\"code\":\"unavailable\",\"subscription\":\"s\",\"message\":\"\"}");
        assertThat(outcome()).isFalse();
    }
}

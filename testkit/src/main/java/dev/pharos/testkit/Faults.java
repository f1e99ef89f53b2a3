package dev.pharos.testkit;

import dev.pharos.http.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.Assertions;

/**
 * What went wrong on other threads than the test's. Thread-safe.
 */
final class Faults {

    private final ConcurrentLinkedQueue<Throwable> seen = new ConcurrentLinkedQueue<>();

    /** Notes a fault. */
    void add(String message) {
        seen.add(new AssertionError(message));
    }

    /** Notes a fault and where it came from. */
    void add(String message, Throwable cause) {
        seen.add(new AssertionError(message, cause));
    }

    /** Notes a fault when the calling thread is not the loop's. */
    void onLoop(EventLoop loop, String call) {
        if (!loop.inLoop()) {
            add(call + " was called off its loop, on " + Thread.currentThread());
        }
    }

    /** Fails with the first fault, if there was one. */
    void assertNone() {
        Assertions.assertThat(seen).as("faults on the host's threads").isEmpty();
    }
}

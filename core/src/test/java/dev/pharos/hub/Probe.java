package dev.pharos.hub;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.Encoded;
import org.jspecify.annotations.Nullable;

/** A reader for tests that polls when told to, and remembers what it was told. */
class Probe implements Subscription.Listener {

    private final StringBuilder text = new StringBuilder();

    @Nullable
    Subscription subscription;

    @Nullable
    Notice outcome;

    @Nullable
    RuntimeException failure;

    int ready;
    int drained;
    /** How many bytes it takes at a time when it is told that there is something; 0 for nothing. */
    int greed = Integer.MAX_VALUE;

    @Override
    public void onOpen(Notice notice) {
        outcome = notice;
    }

    @Override
    public void onReady() {
        ready++;
        if (subscription != null && greed > 0) {
            takeAll(greed);
        }
    }

    @Override
    public void onDrain() {
        drained++;
    }

    @Override
    public void onFailure(RuntimeException cause) {
        failure = cause;
    }

    /** Takes what there was before it knew its subscription. */
    void begin() {
        if (greed > 0) {
            takeAll(greed);
        }
    }

    Subscription subscription() {
        return requireNonNull(subscription);
    }

    /** The next run in text, or null when there is none. */
    @Nullable
    String take(int maxBytes) {
        Encoded run = subscription().poll(maxBytes);
        if (run == null) {
            return null;
        }
        text.append(run);
        return run.toString();
    }

    void takeAll(int maxBytes) {
        while (take(maxBytes) != null) {
            // until there is none
        }
    }

    /** All that was taken so far. */
    String text() {
        return text.toString();
    }
}
